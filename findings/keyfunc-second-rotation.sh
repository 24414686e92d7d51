#!/bin/sh
# keyfunc follows the first rotation of a provider's keys at once and the next only five minutes later.
#
# Packages: github.com/MicahParks/keyfunc/v3 v3.9.2, github.com/coreos/go-oidc/v3 v3.21.0
# Guess: An unknown key ID reads the set again, as in go-oidc; a limit, if any, would refuse at
#   once.
# Fact: NewDefault allows one such reading in five minutes. Until then a token with a new key
#   fails: at once when the deadline of its context is shorter than the wait for the limiter,
#   else after RateLimitWaitMax, a minute.
# Matters: A second rotation within five minutes (a rollback, a test suite) makes valid tokens
#   fail and holds their requests.
# Output, compared at the end:
#| rotation 0: keyfunc ok            go-oidc ok: true
#| rotation 1: keyfunc ok            go-oidc ok: true
#| rotation 2: keyfunc rate limiter  go-oidc ok: true
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
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	golangjwt "github.com/golang-jwt/jwt/v5"
)

func main() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	kid := "key-0"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: kid, Algorithm: "RS256", Use: "sig"}}})
	}))
	defer server.Close()
	ctx := context.Background()
	set, err := keyfunc.NewDefaultCtx(ctx, []string{server.URL})
	if err != nil {
		panic(err)
	}
	verifier := oidc.NewVerifier("https://op", oidc.NewRemoteKeySet(ctx, server.URL), &oidc.Config{ClientID: "a"})
	for rotation := range 3 {
		kid = fmt.Sprintf("key-%d", rotation)
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
		if err != nil {
			panic(err)
		}
		token, err := jwt.Signed(signer).Claims(map[string]any{"iss": "https://op", "aud": "a", "exp": time.Now().Add(time.Hour).Unix()}).Serialize()
		if err != nil {
			panic(err)
		}
		_, oidcErr := verifier.Verify(ctx, token)
		deadline, cancel := context.WithTimeout(ctx, 10*time.Second)
		_, keyfuncErr := golangjwt.Parse(token, set.KeyfuncCtx(deadline))
		cancel()
		why := "ok"
		if keyfuncErr != nil && strings.Contains(keyfuncErr.Error(), "rate limiter") {
			why = "rate limiter"
		} else if keyfuncErr != nil {
			why = keyfuncErr.Error()
		}
		fmt.Printf("rotation %d: keyfunc %-13s go-oidc ok: %v\n", rotation, why, oidcErr == nil)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/MicahParks/keyfunc/v3@v3.9.2 github.com/coreos/go-oidc/v3@v3.21.0 github.com/go-jose/go-jose/v4@v4.1.4
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
