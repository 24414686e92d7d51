#!/bin/sh
# packageurl-go and packageurl-js write the same package as two different strings.
#
# Packages: github.com/package-url/packageurl-go v0.1.7, npm packageurl-js 2.0.1
# Guess: A package URL has one canonical form, made to be compared as a string.
# Fact: Go writes "+" as %2B and keeps ":" in qualifiers; JavaScript keeps "+" and writes ":" as
#   %3A. JavaScript refuses a maven package without a namespace, Go does not. Each reads the
#   other's form.
# Matters: bom-ref, VEX statements and diffs of SBOMs from two tools do not meet; compare parsed
#   purls, not strings.
# Output, compared at the end:
#| go pkg:maven/com.example/adapter@2.7.1%2Bb1
#| go pkg:generic/kit@2.06?checksum=sha256:ab
#| go pkg:maven/adapter@1 accepted: true
#| js pkg:maven/com.example/adapter@2.7.1+b1
#| js pkg:generic/kit@2.06?checksum=sha256%3Aab
#| js pkg:maven/adapter@1 accepted: false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import { PackageURL } from 'packageurl-js';

console.log('js', new PackageURL('maven', 'com.example', 'adapter', '2.7.1+b1').toString());
console.log('js', new PackageURL('generic', null, 'kit', '2.06', { checksum: 'sha256:ab' }).toString());
let accepted = true;
try { PackageURL.fromString('pkg:maven/adapter@1'); } catch { accepted = false; }
console.log('js pkg:maven/adapter@1 accepted:', accepted);
EOF

quiet npm install --prefix . --no-audit --no-fund packageurl-js@2.0.1
cat >main.go <<'EOF'
package main

import (
	"fmt"

	"github.com/package-url/packageurl-go"
)

func main() {
	for _, p := range []*packageurl.PackageURL{
		packageurl.NewPackageURL("maven", "com.example", "adapter", "2.7.1+b1", nil, ""),
		packageurl.NewPackageURL("generic", "", "kit", "2.06", packageurl.QualifiersFromMap(map[string]string{"checksum": "sha256:ab"}), ""),
	} {
		fmt.Println("go", p.ToString())
	}
	_, err := packageurl.FromString("pkg:maven/adapter@1")
	fmt.Println("go pkg:maven/adapter@1 accepted:", err == nil)
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/package-url/packageurl-go@v0.1.7
quiet env GOFLAGS=-mod=mod go build -o finding main.go
{ ./finding; node main.mjs; } | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
