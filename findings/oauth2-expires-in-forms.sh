#!/bin/sh
# x/oauth2 refuses a token for "expires_in": 3600.0, never expires one with 0, and misses one served as text/plain.
#
# Packages: golang.org/x/oauth2 v0.38.0
# Guess: Any JSON number of seconds is read; 0 means expired; a JSON body is read as JSON
#   whatever its label.
# Fact: A fraction or an exponent fails the whole answer, a string of digits does not; 0 and
#   null mean "no expiry", so the token is reused until the process ends. text/plain is parsed
#   as a form, which ends in "missing access_token". Without a Content-Type, JSON is read.
# Matters: Gateways and languages that write 3600.0 (or a mock that sets 0) give errors or stale
#   tokens that look like wrong credentials.
# Output, compared at the end:
#| application/json expires_in 3600    valid for a time
#| application/json expires_in "3600"  valid for a time
#| application/json expires_in 3600.0  refused
#| application/json expires_in 3.6e3   refused
#| application/json expires_in 0       valid, never expires
#| application/json expires_in null    valid, never expires
#| text/plain       expires_in 3600    refused
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

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	for _, row := range [][2]string{
		{"application/json", "3600"}, {"application/json", `"3600"`}, {"application/json", "3600.0"}, {"application/json", "3.6e3"},
		{"application/json", "0"}, {"application/json", "null"}, {"text/plain", "3600"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", row[0])
			fmt.Fprintf(w, `{"access_token":"t","token_type":"Bearer","expires_in":%s}`, row[1])
		}))
		config := clientcredentials.Config{ClientID: "id", ClientSecret: "s", TokenURL: server.URL, AuthStyle: oauth2.AuthStyleInHeader}
		token, err := config.Token(context.Background())
		server.Close()
		verdict := "refused"
		if err == nil && token.Expiry.IsZero() {
			verdict = "valid, never expires"
		} else if err == nil {
			verdict = "valid for a time"
		}
		fmt.Printf("%-16s expires_in %-7s %s\n", row[0], row[1], verdict)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get golang.org/x/oauth2@v0.38.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
