#!/bin/sh
# Both npm readers of .netrc cut the password p#q at the "#", and one reads an entry out of a comment line.
#
# Packages: npm netrc 0.1.4, netrc-parser 3.1.6, github.com/jdx/go-netrc v1.0.0
# Guess: A .netrc is a list of tokens; "#" begins a comment at the start of a line only.
# Fact: Both npm readers cut the password at "#" inside a word; netrc-parser takes "machine"
#   behind "# old" for an entry. A quoted password with a blank, which curl reads since 7.84, is
#   cut at the blank by all, and it shifts every following token in npm netrc.
# Matters: A download with credentials of a file works with curl and is refused in the tool,
#   without a parse error.
# Output, compared at the end:
#| go-netrc      a: p#q  b: "p  c: none  d: plain
#| netrc         a: p  b: "p  c: none  d: none
#| netrc-parser  a: p  b: "p  c: revoked  d: plain
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import netrc from 'netrc';
import { Netrc } from 'netrc-parser';

const parser = new Netrc('netrc');
parser.loadSync();
for (const [name, machines] of [['netrc', netrc('netrc')], ['netrc-parser', parser.machines]])
  console.log([name.padEnd(12), ...['a', 'b', 'c', 'd'].map((h) => `${h}: ${machines[`${h}.example.com`]?.password ?? 'none'}`)].join('  '));
EOF

quiet npm install --prefix . --no-audit --no-fund netrc@0.1.4 netrc-parser@3.1.6
cat >netrc <<'EOF'
machine a.example.com login u password p#q
# old machine c.example.com login u password revoked
machine b.example.com login u password "p q"
machine d.example.com login u password plain
EOF
cat >main.go <<'EOF'
package main

import (
	"fmt"

	"github.com/jdx/go-netrc"
)

func main() {
	file, err := netrc.Parse("netrc")
	if err != nil {
		panic(err)
	}
	fmt.Print("go-netrc    ")
	for _, host := range []string{"a", "b", "c", "d"} {
		password := "none"
		if machine := file.Machine(host + ".example.com"); machine != nil {
			password = machine.Get("password")
		}
		fmt.Print("  ", host, ": ", password)
	}
	fmt.Println()
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/jdx/go-netrc@v1.0.0
quiet env GOFLAGS=-mod=mod go build -o finding main.go
{ ./finding; node main.mjs; } | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
