#!/bin/sh
# oapi-codegen turns "type: number" into float32: the amount 1796083250 arrives as 1796083200.
#
# Packages: github.com/oapi-codegen/oapi-codegen/v2 v2.8.2
# Guess: A JSON number without a format becomes float64, as everywhere else in Go.
# Fact: Without "format: double" the type is float32, with seven digits. "type: integer" is int
#   (fine for 64 bits). Nothing warns, and encoding the value again writes the changed number.
# Matters: Timestamps and sizes that an upstream document calls "number" are wrong by up to a
#   minute or some hundred bytes; the specification of the upstream is rarely ours to change.
# Output, compared at the end:
#| modified is float32, modified_double is float64, size is int
#| {"modified":1796083200,"modified_double":1796083250,"size":1796083250}
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >api.yaml <<'EOF'
openapi: 3.0.3
info: {title: t, version: "1"}
paths: {}
components:
  schemas:
    Asset:
      type: object
      required: [modified, modified_double, size]
      properties:
        modified: {type: number}
        modified_double: {type: number, format: double}
        size: {type: integer}
EOF
cat >main.go <<'EOF'
package main

import (
	"encoding/json"
	"fmt"
)

func main() {
	var a Asset
	if err := json.Unmarshal([]byte(`{"modified":1796083250,"modified_double":1796083250,"size":1796083250}`), &a); err != nil {
		panic(err)
	}
	out, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	fmt.Printf("modified is %T, modified_double is %T, size is %T\n%s\n", a.Modified, a.ModifiedDouble, a.Size, out)
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -generate types,skip-prune -package main -o api.go api.yaml
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
