#!/bin/sh
# distribution 3.1 answers 404 for an OCI manifest without the right Accept header, */* included, but not for an index.
#
# Packages: github.com/distribution/distribution/v3 v3.1.2, oras.land/oras-go/v2 v2.7.0
# Guess: A GET without Accept, or with */*, gives the manifest that is there; a wrong type is
#   406.
# Fact: An image manifest is 404 MANIFEST_UNKNOWN unless its type stands in Accept. An index is
#   given to everybody, also to those who accept image manifests only.
# Matters: curl and health checks report a missing tag that a client pulls without a fault; a
#   proxy that drops Accept breaks single-platform images only.
# Output, compared at the end:
#| Accept: ""                                          manifest 404 index 200
#| Accept: "*/*"                                       manifest 404 index 200
#| Accept: "application/vnd.oci.image.manifest.v1+json" manifest 200 index 200
#| Accept: "application/vnd.oci.image.index.v1+json"   manifest 404 index 200
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
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"
)

func main() {
	logrus.SetOutput(io.Discard)
	ctx := context.Background()
	config := &configuration.Configuration{Storage: configuration.Storage{"inmemory": configuration.Parameters{}}}
	config.HTTP.Secret = "s"
	server := httptest.NewServer(handlers.NewApp(ctx, config))
	defer server.Close()
	repo, err := remote.NewRepository(strings.TrimPrefix(server.URL, "http://") + "/kits")
	check(err)
	repo.PlainHTTP = true
	manifest, err := oras.PackManifest(ctx, repo, oras.PackManifestVersion1_1, "application/vnd.example", oras.PackManifestOptions{})
	check(err)
	check(repo.Tag(ctx, manifest, "manifest"))
	raw := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		oci.MediaTypeImageIndex, manifest.MediaType, manifest.Digest, manifest.Size)
	index := content.NewDescriptorFromBytes(oci.MediaTypeImageIndex, raw)
	check(repo.Push(ctx, index, bytes.NewReader(raw)))
	check(repo.Tag(ctx, index, "index"))
	for _, accept := range []string{"", "*/*", oci.MediaTypeImageManifest, oci.MediaTypeImageIndex} {
		fmt.Printf("Accept: %-43q", accept)
		for _, tag := range []string{"manifest", "index"} {
			r, _ := http.NewRequest("GET", server.URL+"/v2/kits/manifests/"+tag, nil)
			if accept != "" {
				r.Header.Set("Accept", accept)
			}
			response, err := http.DefaultClient.Do(r)
			check(err)
			response.Body.Close()
			fmt.Printf(" %s %d", tag, response.StatusCode)
		}
		fmt.Println()
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/distribution/distribution/v3@v3.1.2 oras.land/oras-go/v2@v2.7.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
