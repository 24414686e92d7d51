#!/bin/sh
# oras-go reports an error for the second attachment to an image in a default registry, and has stored it.
#
# Packages: oras.land/oras-go/v2 v2.7.0, github.com/distribution/distribution/v3 v3.1.2
# Guess: An error from PackManifest means that nothing was pushed; attaching works or does not,
#   whatever came before.
# Fact: distribution has no referrers API, so oras-go keeps a list under a tag. From the second
#   one on it deletes the old list, which a default registry refuses (405): the error comes back
#   with an empty descriptor after the manifest and the new list are in place. SkipReferrersGC
#   avoids it.
# Matters: A release job that attaches an SBOM and then a signature fails at the second step,
#   and leaves a signature that its caller takes for missing.
# Output, compared at the end:
#| SkipReferrersGC false  attach sbom       error: false  descriptor: true   attachments stored: 1
#| SkipReferrersGC false  attach signature  error: true   descriptor: false  attachments stored: 2
#| SkipReferrersGC true   attach sbom       error: false  descriptor: true   attachments stored: 1
#| SkipReferrersGC true   attach signature  error: false  descriptor: true   attachments stored: 2
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
	"fmt"
	"io"
	"net/http/httptest"
	"strings"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/registry/remote"
)

func main() {
	logrus.SetOutput(io.Discard)
	ctx := context.Background()
	for _, skip := range []bool{false, true} {
		config := &configuration.Configuration{Storage: configuration.Storage{"inmemory": configuration.Parameters{}}}
		config.HTTP.Secret = "s"
		server := httptest.NewServer(handlers.NewApp(ctx, config))
		repo, err := remote.NewRepository(strings.TrimPrefix(server.URL, "http://") + "/kits")
		if err != nil {
			panic(err)
		}
		repo.PlainHTTP = true
		repo.SkipReferrersGC = skip
		subject, err := oras.PackManifest(ctx, repo, oras.PackManifestVersion1_1, "application/vnd.example", oras.PackManifestOptions{})
		if err != nil {
			panic(err)
		}
		for _, kind := range []string{"sbom", "signature"} {
			d, err := oras.PackManifest(ctx, repo, oras.PackManifestVersion1_1, "application/vnd.example."+kind, oras.PackManifestOptions{Subject: &subject})
			stored := 0
			if err := repo.Referrers(ctx, subject, "", func(page []oci.Descriptor) error { stored += len(page); return nil }); err != nil {
				panic(err)
			}
			fmt.Printf("SkipReferrersGC %-5v  attach %-9s  error: %-5v  descriptor: %-5v  attachments stored: %d\n", skip, kind, err != nil, d.Digest != "", stored)
		}
		server.Close()
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get oras.land/oras-go/v2@v2.7.0 github.com/distribution/distribution/v3@v3.1.2
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
