#!/bin/sh
# An empty credHelpers entry means "the file" for go-containerregistry and "the credsStore" for oras-go.
#
# Packages: github.com/google/go-containerregistry v0.22.1, oras.land/oras-go/v2 v2.7.0
# Guess: Both read Docker's config.json alike; and a login in "auths" is the fallback when the
#   credsStore has none.
# Fact: Docker's own code lets "" switch the helper off for one registry, and
#   go-containerregistry uses it; oras-go asks the credsStore instead. With a credsStore that
#   knows nothing, the file's login is ignored by both, without an error: the push is anonymous.
# Matters: A CI job writes a login into config.json of a machine with a credsStore and is
#   refused with 401, though the login stands there.
# Output, compared at the end:
#| auths + "credsStore": "full"
#|   go-containerregistry "from-helper"  oras-go "from-helper"
#| auths + "credsStore": "full", "credHelpers": {"r.example.com": ""}
#|   go-containerregistry "from-file"  oras-go "from-helper"
#| auths + "credsStore": "none"
#|   go-containerregistry ""  oras-go ""
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
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

func main() {
	dir, err := os.MkdirTemp(".", "docker")
	if err != nil {
		panic(err)
	}
	dir, _ = filepath.Abs(dir)
	os.Setenv("DOCKER_CONFIG", dir)
	os.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o700); err != nil {
			panic(err)
		}
	}
	write("docker-credential-full", "#!/bin/sh\ncat >/dev/null\necho '{\"Username\":\"from-helper\",\"Secret\":\"p\"}'\n")
	write("docker-credential-none", "#!/bin/sh\ncat >/dev/null\necho 'credentials not found in native keychain'\nexit 1\n")
	const auths = `"auths": {"r.example.com": {"auth": "ZnJvbS1maWxlOnA="}}` // from-file:p
	for _, config := range []string{
		`"credsStore": "full"`, `"credsStore": "full", "credHelpers": {"r.example.com": ""}`, `"credsStore": "none"`,
	} {
		write("config.json", "{"+auths+", "+config+"}")
		registry, err := name.NewRegistry("r.example.com")
		if err != nil {
			panic(err)
		}
		auth, err := authn.DefaultKeychain.Resolve(registry)
		if err != nil {
			panic(err)
		}
		a, err := auth.Authorization()
		if err != nil {
			panic(err)
		}
		store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
		if err != nil {
			panic(err)
		}
		b, err := store.Get(context.Background(), "r.example.com")
		if err != nil {
			panic(err)
		}
		fmt.Printf("auths + %s\n  go-containerregistry %q  oras-go %q\n", config, a.Username, b.Username)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/google/go-containerregistry@v0.22.1 oras.land/oras-go/v2@v2.7.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
