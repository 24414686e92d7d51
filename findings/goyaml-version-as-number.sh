#!/bin/sh
# goccy/go-yaml reads the unquoted version 2.10 into a string field as "2.1".
#
# Packages: github.com/goccy/go-yaml v1.19.2, gopkg.in/yaml.v3 v3.0.1
# Guess: A string field takes the text of the scalar, as it does in yaml.v3, where only `any`
#   turns 2.10 into a number.
# Fact: goccy parses the number first and prints it into the string: the last zero, an octal's
#   leading zero and a plus sign are lost, in lists and map keys as well. An explicit !!str tag
#   does not help; quotes do.
# Matters: A manifest that says `version: 2.10` silently asks for 2.1, which often exists too.
# Output, compared at the end:
#| version: 2.10        goccy "2.1"     yaml.v3 "2.10"
#| version: "2.10"      goccy "2.10"    yaml.v3 "2.10"
#| version: !!str 2.10  goccy "2.1"     yaml.v3 "2.10"
#| version: 52.130      goccy "52.13"   yaml.v3 "52.130"
#| version: 2.06        goccy "2.06"    yaml.v3 "2.06"
#| version: 1.1.1.2     goccy "1.1.1.2" yaml.v3 "1.1.1.2"
#| version: 012         goccy "10"      yaml.v3 "012"
#| version: 1_0         goccy "10"      yaml.v3 "1_0"
#| version: +1.20       goccy "1.2"     yaml.v3 "+1.20"
#| [2.10, 3.0] into []string: ["2.1" "3"]
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"fmt"

	goccy "github.com/goccy/go-yaml"
	yaml3 "gopkg.in/yaml.v3"
)

type kit struct {
	Version string `yaml:"version"`
}

func main() {
	for _, text := range []string{"2.10", `"2.10"`, "!!str 2.10", "52.130", "2.06", "1.1.1.2", "012", "1_0", "+1.20"} {
		var a, b kit
		if err := goccy.UnmarshalWithOptions([]byte("version: "+text), &a, goccy.Strict()); err != nil {
			a.Version = "error"
		}
		if err := yaml3.Unmarshal([]byte("version: "+text), &b); err != nil {
			b.Version = "error"
		}
		fmt.Printf("version: %-11s goccy %-9q yaml.v3 %q\n", text, a.Version, b.Version)
	}
	var list []string
	if err := goccy.Unmarshal([]byte("[2.10, 3.0]"), &list); err != nil {
		panic(err)
	}
	fmt.Printf("[2.10, 3.0] into []string: %q\n", list)
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/goccy/go-yaml@v1.19.2 gopkg.in/yaml.v3@v3.0.1
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
