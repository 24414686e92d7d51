#!/bin/sh
# golang.org/x/oauth2 answers a 503 of the token endpoint by sending the secret again at once, in the body.
#
# Packages: golang.org/x/oauth2 v0.38.0
# Guess: AuthStyleAutoDetect, the default, tries the other style after 401 invalid_client; an
#   overloaded server gets one request.
# Fact: Any failure makes the second request, without a pause: 503, 429 with Retry-After and 400
#   invalid_scope as well. Only after a success the style is remembered. A fixed AuthStyle sends
#   one request.
# Matters: A rate limit is hit at double speed, lock-out counters count twice, and the secret
#   shows up in logs of bodies at a server that was never asked for it there.
# Output, compared at the end:
#| 503, AuthStyle 0: requests with the secret in header and body; error: true
#| 503, AuthStyle 2: requests with the secret in header; error: true
#| 429, AuthStyle 0: requests with the secret in header and body; error: true
#| 429, AuthStyle 2: requests with the secret in header; error: true
#| 400, AuthStyle 0: requests with the secret in header and body; error: true
#| 400, AuthStyle 2: requests with the secret in header; error: true
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
	"net/http"
	"net/http/httptest"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	for _, status := range []int{503, 429, 400} {
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleAutoDetect, oauth2.AuthStyleInHeader} {
			var requests []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				where := "none"
				if r.PostFormValue("client_secret") != "" {
					where = "body"
				} else if _, _, ok := r.BasicAuth(); ok {
					where = "header"
				}
				requests = append(requests, where)
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(status)
				fmt.Fprint(w, `{"error":"invalid_scope"}`)
			}))
			config := clientcredentials.Config{ClientID: "id", ClientSecret: "secret", TokenURL: server.URL, AuthStyle: style}
			_, err := config.Token(context.Background())
			fmt.Printf("%d, AuthStyle %d: requests with the secret in %s; error: %v\n", status, style, strings.Join(requests, " and "), err != nil)
			server.Close()
		}
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get golang.org/x/oauth2@v0.38.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
