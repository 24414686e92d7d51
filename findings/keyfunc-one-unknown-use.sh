#!/bin/sh
# keyfunc drops a whole key set for one key whose use is not "sig" or "enc"; go-oidc drops it for one odd x5t.
#
# Packages: github.com/MicahParks/keyfunc/v3 v3.9.2, github.com/coreos/go-oidc/v3 v3.21.0
# Guess: Keys that a library does not know are skipped (RFC 7517, 5), and a set that cannot be
#   loaded is an error of the constructor.
# Fact: RFC 7517 allows other values of "use" and "key_ops": keyfunc then refuses every key, the
#   signing one included, logs it and returns no error from NewDefault. go-oidc takes such a
#   set, but not one with a thumbprint of the wrong length. Both skip an unknown kty.
# Matters: A provider that adds one key locks out every caller, with "key not found" for a key
#   that is in the set.
# Output, compared at the end:
#| beside a key with unknown kty     keyfunc verifies true   go-oidc verifies true
#| beside a key with use tls         keyfunc verifies false  go-oidc verifies true
#| beside a key with key_ops attest  keyfunc verifies false  go-oidc verifies true
#| beside a key with x5t of 3 bytes  keyfunc verifies true   go-oidc verifies false
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
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	golangjwt "github.com/golang-jwt/jwt/v5"
)

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "sign"}}, nil)
	if err != nil {
		panic(err)
	}
	token, err := jwt.Signed(signer).Claims(map[string]any{"iss": "https://op", "aud": "a", "exp": time.Now().Add(time.Hour).Unix()}).Serialize()
	if err != nil {
		panic(err)
	}
	signing, _ := json.Marshal(jose.JSONWebKey{Key: &key.PublicKey, KeyID: "sign", Algorithm: "RS256", Use: "sig"})
	for _, row := range [][2]string{
		{"unknown kty", `{"kty":"NEW","kid":"other"}`},
		{"use tls", `{"kty":"RSA","kid":"other","use":"tls","n":"` + modulus(key) + `","e":"AQAB"}`},
		{"key_ops attest", `{"kty":"RSA","kid":"other","key_ops":["verify","attest"],"n":"` + modulus(key) + `","e":"AQAB"}`},
		{"x5t of 3 bytes", `{"kty":"RSA","kid":"other","x5t":"AAAA","n":"` + modulus(key) + `","e":"AQAB"}`},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"keys":[%s,%s]}`, row[1], signing)
		}))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, oidcErr := oidc.NewVerifier("https://op", oidc.NewRemoteKeySet(ctx, server.URL), &oidc.Config{ClientID: "a"}).Verify(ctx, token)
		set, newErr := keyfunc.NewDefaultCtx(ctx, []string{server.URL})
		if newErr != nil {
			panic(newErr)
		}
		_, keyfuncErr := golangjwt.Parse(token, set.KeyfuncCtx(ctx))
		fmt.Printf("beside a key with %-15s keyfunc verifies %-6v go-oidc verifies %v\n", row[0], keyfuncErr == nil, oidcErr == nil)
		cancel()
		server.Close()
	}
}

func modulus(key *rsa.PrivateKey) string {
	var members map[string]string
	raw, _ := json.Marshal(jose.JSONWebKey{Key: &key.PublicKey})
	if err := json.Unmarshal(raw, &members); err != nil {
		panic(err)
	}
	return members["n"]
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/MicahParks/keyfunc/v3@v3.9.2 github.com/coreos/go-oidc/v3@v3.21.0 github.com/go-jose/go-jose/v4@v4.1.4
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
