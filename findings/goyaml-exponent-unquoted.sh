#!/bin/sh
# goccy/go-yaml writes the string "4711e42" without quotes; yaml.v3, npm yaml and js-yaml read a number back.
#
# Packages: github.com/goccy/go-yaml v1.19.2, gopkg.in/yaml.v3 v3.0.1, npm yaml 2.9.1, js-yaml
#   5.5.0
# Guess: A marshaler quotes every string that would come back as something else; it does so for
#   "2.10", "yes" and "0x1".
# Fact: A number with an exponent and no dot is a string for goccy, read and written. For the
#   others it is a float. yaml.v3 quotes it when it writes.
# Matters: A short commit hash or digest of digits and one "e" (about one in fifty of those with
#   seven characters) is a number for the next tool.
# Output, compared at the end:
#| goccy    reads string 4711e42
#| goccy writes "revision: 4711e42\nversion: \"2.10\"\n"
#| yaml.v3  reads float64 4.711e+45
#| yaml     reads number 4.711e+45
#| js-yaml  reads number 4.711e+45
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { parse } from 'yaml';
import { load } from 'js-yaml';

const text = fs.readFileSync('out.yaml', 'utf8');
for (const [name, read] of [['yaml', parse], ['js-yaml', load]]) {
  const { revision } = read(text);
  console.log(name.padEnd(8), 'reads', typeof revision, revision);
}
EOF

quiet npm install --prefix . --no-audit --no-fund yaml@2.9.1 js-yaml@5.5.0
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"

	goccy "github.com/goccy/go-yaml"
	yaml3 "gopkg.in/yaml.v3"
)

func main() {
	document, err := goccy.Marshal(map[string]string{"revision": "4711e42", "version": "2.10"})
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile("out.yaml", document, 0o600); err != nil {
		panic(err)
	}
	fmt.Printf("goccy writes %q\n", document)
	for name, unmarshal := range map[string]func([]byte, any) error{"goccy": func(b []byte, v any) error { return goccy.Unmarshal(b, v) }, "yaml.v3": yaml3.Unmarshal} {
		var back map[string]any
		if err := unmarshal(document, &back); err != nil {
			panic(err)
		}
		defer fmt.Printf("%-8s reads %T %v\n", name, back["revision"], back["revision"])
	}
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/goccy/go-yaml@v1.19.2 gopkg.in/yaml.v3@v3.0.1
quiet env GOFLAGS=-mod=mod go build -o finding main.go
{ ./finding | sort; node main.mjs; } | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
