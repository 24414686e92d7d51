#!/bin/sh
# oras-go's TarReproducible gives another digest for the same files under another umask.
#
# Packages: oras.land/oras-go/v2 v2.7.0
# Guess: "Reproducible" covers what a checkout does not record: owner, times and the group's
#   write permission.
# Fact: Times and owners are removed, permission bits are not: 0644 and 0664 make two digests,
#   and so do directories of 0755 and 0775.
# Matters: A directory pushed from CI (umask 022) and from a laptop with umask 002 are two
#   artifacts; set the modes before the push.
# Output, compared at the end:
#| other times:         same digest true
#| file 0664, not 0644: same digest false
#| dir 0775, not 0755:  same digest false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"context"
	_ "crypto/sha256" // go-digest looks the algorithm up at run time
	"fmt"
	"os"
	"path/filepath"
	"time"

	"oras.land/oras-go/v2/content/file"
)

func digest(name string, dirMode, fileMode os.FileMode, modified time.Time) string {
	root := filepath.Join(name, "kits")
	check(os.MkdirAll(root, 0o755))
	path := filepath.Join(root, "a.txt")
	check(os.WriteFile(path, []byte("content"), 0o600))
	check(os.Chmod(path, fileMode))
	check(os.Chtimes(path, modified, modified))
	check(os.Chmod(root, dirMode))
	store, err := file.New(name)
	check(err)
	defer store.Close()
	store.TarReproducible = true
	descriptor, err := store.Add(context.Background(), "kits", "", "kits")
	check(err)
	return descriptor.Digest.String()
}

func main() {
	first := digest("a", 0o755, 0o644, time.Unix(1e9, 0))
	fmt.Println("other times:         same digest", digest("b", 0o755, 0o644, time.Unix(1.5e9, 0)) == first)
	fmt.Println("file 0664, not 0644: same digest", digest("c", 0o755, 0o664, time.Unix(1e9, 0)) == first)
	fmt.Println("dir 0775, not 0755:  same digest", digest("d", 0o775, 0o644, time.Unix(1e9, 0)) == first)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get oras.land/oras-go/v2@v2.7.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
