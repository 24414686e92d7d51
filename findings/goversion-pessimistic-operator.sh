#!/bin/sh
# "~> 2" allows 3.0 in hashicorp/go-version, and "~> 1.1" means something else in each library.
#
# Packages: github.com/hashicorp/go-version v1.9.0, github.com/Masterminds/semver/v3 v3.5.0
# Guess: The operator comes from RubyGems: "~> 2" stays below 3, "~> 1.1" stays below 2.
# Fact: hashicorp gives "~> 2" no upper bound at all; Masterminds reads "~>" as "~", so that "~>
#   1.1" stays below 1.2. The same happens with "=", "<=" and ">" on a two-part version:
#   hashicorp fills up with zero, Masterminds takes it for the whole line.
# Matters: A constraint in a manifest changes its meaning with the library: one jumps to the
#   next major version, the other misses minor ones.
# Output, compared at the end:
#| ~> 2     allows 2.7    hashicorp true   Masterminds true
#| ~> 2     allows 3.0    hashicorp true   Masterminds false
#| ~> 1.1   allows 1.5    hashicorp true   Masterminds false
#| ~> 1.1.1 allows 1.1.9  hashicorp true   Masterminds true
#| = 1.1    allows 1.1.5  hashicorp false  Masterminds true
#| <= 1.1   allows 1.1.5  hashicorp false  Masterminds true
#| > 1.1    allows 1.1.5  hashicorp true   Masterminds false
#| != 1.1   allows 1.1.5  hashicorp true   Masterminds false
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

	"github.com/Masterminds/semver/v3"
	"github.com/hashicorp/go-version"
)

func main() {
	for _, row := range [][2]string{
		{"~> 2", "2.7"}, {"~> 2", "3.0"}, {"~> 1.1", "1.5"}, {"~> 1.1.1", "1.1.9"},
		{"= 1.1", "1.1.5"}, {"<= 1.1", "1.1.5"}, {"> 1.1", "1.1.5"}, {"!= 1.1", "1.1.5"},
	} {
		h, err := version.NewConstraint(row[0])
		if err != nil {
			panic(err)
		}
		m, err := semver.NewConstraint(row[0])
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-8s allows %-5s  hashicorp %-5v  Masterminds %v\n", row[0], row[1],
			h.Check(version.Must(version.NewVersion(row[1]))), m.Check(semver.MustParse(row[1])))
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/hashicorp/go-version@v1.9.0 github.com/Masterminds/semver/v3@v3.5.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
