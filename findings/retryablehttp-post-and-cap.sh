#!/bin/sh
# go-retryablehttp repeats a POST after 503 and lets Retry-After overrule RetryWaitMax.
#
# Packages: github.com/hashicorp/go-retryablehttp v0.7.8
# Guess: Only idempotent methods are repeated, and no pause is longer than RetryWaitMax.
# Fact: The method does not matter: a POST goes out again after a 503, with its body. A
#   Retry-After of the server, in seconds or as a date, is waited for in full, hours included;
#   only the context ends it.
# Matters: A write that was made before the 503 is made twice; a job with RetryWaitMax of a
#   second hangs for an hour.
# Output, compared at the end:
#| POST, 503, Retry-After ""                   bodies received ["promote" "promote"], 200 OK
#| POST, 503, Retry-After "3600"               bodies received ["promote"], waiting when the context ended after 2 s
#| POST, 503, Retry-After "(a date in an hour)" bodies received ["promote"], waiting when the context ended after 2 s
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
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

func main() {
	var bodies []string
	retryAfter := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(b))
		if len(bodies) == 1 {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryWaitMin, client.RetryWaitMax = time.Millisecond, 10*time.Millisecond
	for _, value := range []string{"", "3600", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		bodies, retryAfter = nil, value
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, server.URL, []byte("promote"))
		if err != nil {
			panic(err)
		}
		response, err := client.Do(request)
		outcome := "waiting when the context ended after 2 s"
		if err == nil {
			outcome = response.Status
			response.Body.Close()
		} else if !errors.Is(err, context.DeadlineExceeded) {
			panic(err)
		}
		cancel()
		if len(value) > 4 {
			value = "(a date in an hour)"
		}
		fmt.Printf("POST, 503, Retry-After %-20q bodies received %q, %s\n", value, bodies, outcome)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/hashicorp/go-retryablehttp@v0.7.8
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
