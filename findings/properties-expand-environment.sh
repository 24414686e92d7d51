#!/bin/sh
# magiconair/properties fills ${NAME} in a .properties file from the environment, and one open brace spoils the file.
#
# Packages: github.com/magiconair/properties v1.18.13
# Guess: A reader of Java .properties files gives values as java.util.Properties does: "${NAME}"
#   is plain text.
# Fact: Load and LoadString expand by default: from the file's own keys, then from the process
#   environment, and to nothing when neither has it. A key that quotes itself or an unclosed
#   "${" makes the whole file an error. Loader{DisableExpansion: true} gives the plain text.
# Matters: Message files and templates of Java products are full of ${…} for somebody else's
#   engine; here the reader's environment ends up in the values.
# Output, compared at the end:
#| "a=Hello ${REGION}"              default "Hello taken from the environment"   without expansion "Hello ${REGION}"
#| "a=Hello ${user.firstName}!"     default "Hello !"                            without expansion "Hello ${user.firstName}!"
#| "a=${a}"                         default whole file refused                   without expansion "${a}"
#| "a=fine\nb=price ${ of it"       default whole file refused                   without expansion "fine"
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
	"os"

	"github.com/magiconair/properties"
)

func main() {
	os.Setenv("REGION", "taken from the environment")
	plain := properties.Loader{Encoding: properties.UTF8, DisableExpansion: true}
	for _, text := range []string{"a=Hello ${REGION}", "a=Hello ${user.firstName}!", "a=${a}", "a=fine\nb=price ${ of it"} {
		v := "whole file refused"
		if p, err := properties.LoadString(text); err == nil {
			v = fmt.Sprintf("%q", p.GetString("a", ""))
		}
		p, err := plain.LoadBytes([]byte(text))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-32q default %-36s without expansion %q\n", text, v, p.GetString("a", ""))
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/magiconair/properties@v1.18.13
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
