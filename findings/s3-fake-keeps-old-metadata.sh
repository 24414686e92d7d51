#!/bin/sh
# gofakes3 answers the user metadata of an object's former content after it was overwritten without any.
#
# Packages: github.com/johannesboyne/gofakes3 v1.2.0
# Guess: A PUT replaces an object, and its x-amz-meta-* headers with it, as in S3.
# Fact: The bytes are new, the metadata of the PUT before stays when the new PUT has none. A
#   recorded digest then belongs to other bytes.
# Matters: A test of "digest does not match" or of a re-upload passes or fails for the wrong
#   reason; in S3 a PUT replaces the metadata too.
# Output, compared at the end:
#| body "second", x-amz-meta-digest "digest-of-first"
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
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func main() {
	backend := s3mem.New()
	if err := backend.CreateBucket("kits"); err != nil {
		panic(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	do := func(method, body string, header ...string) *http.Response {
		r, err := http.NewRequest(method, server.URL+"/kits/a.zip", strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil || response.StatusCode != http.StatusOK {
			panic(fmt.Sprint(response, err))
		}
		return response
	}
	do("PUT", "first", "X-Amz-Meta-Digest", "digest-of-first")
	do("PUT", "second")
	response := do("GET", "")
	body, _ := io.ReadAll(response.Body)
	fmt.Printf("body %q, x-amz-meta-digest %q\n", body, response.Header.Get("X-Amz-Meta-Digest"))
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/johannesboyne/gofakes3@v1.2.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
