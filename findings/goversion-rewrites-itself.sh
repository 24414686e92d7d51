#!/bin/sh
# A hashicorp/go-version Version writes itself into JSON as another text: 2.06 becomes 2.6.0.
#
# Packages: github.com/hashicorp/go-version v1.9.0, github.com/Masterminds/semver/v3 v3.5.0
# Guess: A parsed version that is marshaled gives back what was read; both libraries keep
#   Original().
# Fact: hashicorp's String, MarshalText and therefore JSON give the normalized form, and so does
#   Masterminds' MarshalJSON, although each keeps the text in Original().
# Matters: A lockfile or cache key that holds the marshaled value names a release that does not
#   exist upstream.
# Output, compared at the end:
#| 2.06     hashicorp {"version":"2.6.0"}, Original "2.06"; Masterminds "2.6.0"
#| 52.137   hashicorp {"version":"52.137.0"}, Original "52.137"; Masterminds "52.137.0"
#| 1.1.1.2  hashicorp {"version":"1.1.1.2"}, Original "1.1.1.2"; Masterminds refused
#| 2.10     hashicorp {"version":"2.10.0"}, Original "2.10"; Masterminds "2.10.0"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/Masterminds/semver/v3"
	"github.com/hashicorp/go-version"
)

func main() {
	for _, text := range []string{"2.06", "52.137", "1.1.1.2", "2.10"} {
		h := version.Must(version.NewVersion(text))
		j, err := json.Marshal(map[string]any{"version": h})
		if err != nil {
			panic(err)
		}
		m := "refused"
		if v, err := semver.NewVersion(text); err == nil {
			b, _ := json.Marshal(v)
			m = string(b)
		}
		fmt.Printf("%-8s hashicorp %s, Original %q; Masterminds %s\n", text, j, h.Original(), m)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/hashicorp/go-version@v1.9.0 github.com/Masterminds/semver/v3@v3.5.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
