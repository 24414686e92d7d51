#!/bin/sh
# An image built on go-containerregistry's empty.Image has no platform, and mutate.MediaType leaves Docker types in it.
#
# Packages: github.com/google/go-containerregistry v0.22.1
# Guess: mutate.MediaType(OCIManifestSchema1) makes an OCI image, and an image for linux/amd64
#   by default, as "FROM scratch" does.
# Fact: The config keeps Docker's type unless ConfigMediaType is called too; os and architecture
#   are empty. In an index such an image has no platform and gets the config's Docker type as
#   artifactType.
# Matters: Image volumes and pulls by platform find no match; policies that look at artifactType
#   see a strange one.
# Output, compared at the end:
#| manifest application/vnd.oci.image.manifest.v1+json
#| config   application/vnd.docker.container.image.v1+json
#| os "", architecture ""
#| in an index: artifactType application/vnd.docker.container.image.v1+json  platform <nil>
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func main() {
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer([]byte("layer"), types.OCILayer))
	check(err)
	image = mutate.MediaType(image, types.OCIManifestSchema1)
	manifest, err := image.Manifest()
	check(err)
	config, err := image.ConfigFile()
	check(err)
	fmt.Println("manifest", manifest.MediaType)
	fmt.Println("config  ", manifest.Config.MediaType)
	fmt.Printf("os %q, architecture %q\n", config.OS, config.Architecture)
	raw, err := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image}).RawManifest()
	check(err)
	var index struct{ Manifests []map[string]any }
	check(json.Unmarshal(raw, &index))
	fmt.Println("in an index: artifactType", index.Manifests[0]["artifactType"], " platform", index.Manifests[0]["platform"])
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/google/go-containerregistry@v0.22.1
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
