#!/bin/sh
# "lib/**" matches the directory lib itself in doublestar and picomatch, not in minimatch or gobwas/glob.
#
# Packages: github.com/bmatcuk/doublestar/v4 v4.10.4, github.com/gobwas/glob v1.1.0, npm
#   minimatch 11.0.9, picomatch 4.0.7
# Guess: "lib/**" means everything below lib, as in .gitignore; the four differ in braces at
#   most.
# Fact: doublestar and picomatch count the directory. In gobwas "**" crosses slashes anywhere
#   ("lib/**.jar" finds lib/x/a.jar, "**/a.jar" does not find a.jar); in doublestar and
#   minimatch "**" glued to a name is one star. "[!a]" is a negation in three of the four, and
#   "[^a]" in another three; "*" finds dot files in the Go libraries only.
# Matters: An exclude or keep list moves from one tool to another and removes or keeps a
#   directory it did not mean.
# Output, compared at the end:
#| lib/**      lib        doublestar true   gobwas false  minimatch false  picomatch true
#| lib/**.jar  lib/x/a.jar doublestar false  gobwas true  minimatch false  picomatch false
#| **/a.jar    a.jar      doublestar true   gobwas false  minimatch true   picomatch true
#| [!a].jar    b.jar      doublestar true   gobwas true  minimatch true   picomatch false
#| [^a].jar    b.jar      doublestar true   gobwas false  minimatch true   picomatch true
#| *           .keep      doublestar true   gobwas true  minimatch false  picomatch false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import { minimatch } from 'minimatch';
import picomatch from 'picomatch';

const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2)
  console.log(` minimatch ${String(minimatch(args[i + 1], args[i])).padEnd(5)}  picomatch ${picomatch(args[i])(args[i + 1])}`);
EOF

quiet npm install --prefix . --no-audit --no-fund minimatch@11.0.9 picomatch@4.0.7
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/bmatcuk/doublestar/v4@v4.10.4 github.com/gobwas/glob@v1.1.0
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/gobwas/glob"
)

func main() {
	for i := 1; i < len(os.Args); i += 2 {
		d, _ := doublestar.Match(os.Args[i], os.Args[i+1])
		g := glob.MustCompile(os.Args[i], '/').Match(os.Args[i+1])
		fmt.Printf("%-11s %-10s doublestar %-5v  gobwas %v\n", os.Args[i], os.Args[i+1], d, g)
	}
}
EOF
quiet go build -o finding main.go
set -- 'lib/**' lib  'lib/**.jar' lib/x/a.jar  '**/a.jar' a.jar  '[!a].jar' b.jar  '[^a].jar' b.jar  '*' .keep
./finding "$@" >go.txt
node main.mjs "$@" >npm.txt
paste -d ' ' go.txt npm.txt | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
