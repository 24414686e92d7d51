#!/bin/sh
# cyclonedx-go invents version 0.0.0 and turns a platform into an application when it writes an older CycloneDX.
#
# Packages: github.com/CycloneDX/cyclonedx-go v0.12.0
# Guess: EncodeVersion leaves out what the older format does not have; NewBOM writes a version
#   that scanners read.
# Fact: To 1.3 and below, which require a version, a component without one gets "0.0.0". Types
#   that came later become "application" without an error. NewBOM itself writes 1.7.
# Matters: A scanner compares the invented 0.0.0 with its ranges ("before 2.0 vulnerable") and
#   reports it.
# Output, compared at the end:
#| NewBOM writes 1.7
#| 1.3:  library "shaded-library" "0.0.0"  application "pingfederate" "13.1"
#| 1.4:  library "shaded-library" ""  application "pingfederate" "13.1"
#| 1.6:  library "shaded-library" ""  platform "pingfederate" "13.1"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"bytes"
	"fmt"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	bom := cyclonedx.NewBOM()
	bom.Components = &[]cyclonedx.Component{
		{Type: cyclonedx.ComponentTypeLibrary, Name: "shaded-library"},
		{Type: cyclonedx.ComponentTypePlatform, Name: "pingfederate", Version: "13.1"},
	}
	fmt.Println("NewBOM writes", bom.SpecVersion)
	for _, version := range []cyclonedx.SpecVersion{cyclonedx.SpecVersion1_3, cyclonedx.SpecVersion1_4, cyclonedx.SpecVersion1_6} {
		var out bytes.Buffer
		if err := cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).EncodeVersion(bom, version); err != nil {
			panic(err)
		}
		var back cyclonedx.BOM
		if err := cyclonedx.NewBOMDecoder(&out, cyclonedx.BOMFileFormatJSON).Decode(&back); err != nil {
			panic(err)
		}
		fmt.Print(version, ":")
		for _, c := range *back.Components {
			fmt.Printf("  %s %q %q", c.Type, c.Name, c.Version)
		}
		fmt.Println()
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/CycloneDX/cyclonedx-go@v0.12.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
