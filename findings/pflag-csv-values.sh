#!/bin/sh
# pflag's StringSlice and StringToString take their values as CSV: a SCIM filter is refused or loses its last quote.
#
# Packages: github.com/spf13/pflag v1.0.9
# Guess: --filter 'name eq "X"' given twice makes a slice of two strings; only commas need care.
# Fact: StringSlice is a CSV line: a quote inside is a parse error, a comma splits, and what
#   follows a line feed is dropped without an error. StringToString trims quotes from a value
#   that has no comma, at its end too. StringArray takes the text as it is.
# Matters: Filters, redirect URIs and descriptions hold quotes and commas; the last two faults
#   pass without a word.
# Output, compared at the end:
#| "name eq \"PingID\""
#|   StringSlice     error
#|   StringArray     ["name eq \"PingID\""]
#| "https://app.example.com/cb?scope=a,b"
#|   StringSlice     ["https://app.example.com/cb?scope=a" "b"]
#|   StringToString  map["https://app.example.com/cb?scope":"a,b"]
#|   StringArray     ["https://app.example.com/cb?scope=a,b"]
#| "first line\nsecond line"
#|   StringSlice     ["first line"]
#|   StringArray     ["first line\nsecond line"]
#| "filter=name eq \"PingID\""
#|   StringSlice     error
#|   StringToString  map["filter":"name eq \"PingID"]
#|   StringArray     ["filter=name eq \"PingID\""]
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
	"io"

	"github.com/spf13/pflag"
)

func main() {
	for _, value := range []string{
		`name eq "PingID"`, "https://app.example.com/cb?scope=a,b", "first line\nsecond line", `filter=name eq "PingID"`,
	} {
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		flags.SetOutput(io.Discard)
		slice := flags.StringSlice("slice", nil, "")
		array := flags.StringArray("array", nil, "")
		pairs := flags.StringToString("pairs", nil, "")
		fmt.Printf("%q\n", value)
		if err := flags.Parse([]string{"--slice", value}); err != nil {
			fmt.Println("  StringSlice     error")
		} else {
			fmt.Printf("  StringSlice     %q\n", *slice)
		}
		if flags.Parse([]string{"--pairs", value}) == nil {
			fmt.Printf("  StringToString  %q\n", *pairs)
		}
		if flags.Parse([]string{"--array", value}) == nil {
			fmt.Printf("  StringArray     %q\n", *array)
		}
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/spf13/pflag@v1.0.9
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
