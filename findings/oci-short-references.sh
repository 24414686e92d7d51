#!/bin/sh
# ping/kits:1 is a repository on Docker Hub for go-containerregistry and on the host "ping" for oras-go.
#
# Packages: github.com/google/go-containerregistry v0.22.1, oras.land/oras-go/v2 v2.7.0
# Guess: Both read the reference grammar of the OCI distribution in the same way.
# Fact: oras-go takes the first part as the host always; go-containerregistry needs a dot, a
#   colon or "localhost" in it. Names like a-, a___b or a tag that begins with "-" pass in
#   go-containerregistry. Both drop the tag of name:tag@digest. For 10.x, 172.16.x, 192.168.x
#   and localhost go-containerregistry has the scheme http, which it tries after https without
#   being asked; oras-go needs PlainHTTP for that.
# Matters: A push goes to another registry by the choice of the library, and a registry that
#   works in one needs a flag in the other.
# Output, compared at the end:
#| ping/kits:1
#|   go-containerregistry Docker Hub: ping/kits 1
#|   oras-go              ping kits 1
#| localhost/kits:1
#|   go-containerregistry localhost kits 1
#|   oras-go              localhost kits 1
#| r.example.com/a-:1
#|   go-containerregistry r.example.com a- 1
#|   oras-go              refused
#| r.example.com/kits:1@sha256:e3
#|   go-containerregistry r.example.com kits sha256:e
#|   oras-go              r.example.com kits sha256:e
#| go-containerregistry, scheme for 10.1.2.3:5000           http
#| go-containerregistry, scheme for 192.168.1.5             http
#| go-containerregistry, scheme for localhost:5000          http
#| go-containerregistry, scheme for 127.0.0.2:5000          https
#| go-containerregistry, scheme for registry.internal:5000  https
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

	"github.com/google/go-containerregistry/pkg/name"
	"oras.land/oras-go/v2/registry"
)

func main() {
	const digest = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for _, text := range []string{"ping/kits:1", "localhost/kits:1", "r.example.com/a-:1", "r.example.com/kits:1" + digest} {
		a, b := "refused", "refused"
		if ref, err := name.ParseReference(text); err == nil {
			host := ref.Context().RegistryStr()
			if host == name.DefaultRegistry {
				host = "Docker Hub:"
			}
			a = fmt.Sprintf("%s %s %.8s", host, ref.Context().RepositoryStr(), ref.Identifier())
		}
		if ref, err := registry.ParseReference(text); err == nil {
			b = fmt.Sprintf("%s %s %.8s", ref.Registry, ref.Repository, ref.Reference)
		}
		fmt.Printf("%.30s\n  go-containerregistry %s\n  oras-go              %s\n", text, a, b)
	}
	for _, host := range []string{"10.1.2.3:5000", "192.168.1.5", "localhost:5000", "127.0.0.2:5000", "registry.internal:5000"} {
		r, err := name.NewRegistry(host)
		if err != nil {
			panic(err)
		}
		fmt.Printf("go-containerregistry, scheme for %-23s %s\n", host, r.Scheme())
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/google/go-containerregistry@v0.22.1 oras.land/oras-go/v2@v2.7.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
