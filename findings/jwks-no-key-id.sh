#!/bin/sh
# A token without a key ID and two RSA keys in the set: jose throws, go-oidc and keyfunc verify it.
#
# Packages: npm jose 6.2.18, github.com/coreos/go-oidc/v3 v3.21.0,
#   github.com/MicahParks/keyfunc/v3 v3.9.2
# Guess: kid is optional (RFC 7515, 4.1.4), so every library tries the keys that fit the
#   algorithm; or all refuse.
# Fact: jose gives ERR_JWKS_MULTIPLE_MATCHING_KEYS and leaves the loop over the keys to its
#   caller; with one key in the set it verifies. The Go libraries try each key.
# Matters: It works until the provider's first rotation, when for some days two keys are
#   published.
# Output, compared at the end:
#| 1 key(s): jose verifies, go-oidc verifies: true, keyfunc verifies: true
#| 2 key(s): jose ERR_JWKS_MULTIPLE_MATCHING_KEYS, go-oidc verifies: true, keyfunc verifies: true
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import http from 'node:http';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { SignJWT, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';

const pairs = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
const keys = await Promise.all(pairs.map(async (p, i) => ({ ...(await exportJWK(p.publicKey)), kid: `k${i}`, alg: 'RS256', use: 'sig' })));
const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setIssuer('https://op').setAudience('a').setExpirationTime('1h').sign(pairs[1].privateKey);
let published;
const server = http.createServer((req, res) => res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published })));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}/jwks`;
for (published of [[keys[1]], keys]) {
  const jose = await jwtVerify(token, createRemoteJWKSet(new URL(url))).then(() => 'verifies', (e) => e.code);
  const { stdout } = await promisify(execFile)('./finding', [url, token]);
  console.log(`${published.length} key(s): jose ${jose}, ${stdout}`);
}
server.close();
server.closeAllConnections();
EOF

quiet npm install --prefix . --no-audit --no-fund jose@6.2.18
cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
)

func main() {
	ctx := context.Background()
	_, oidcErr := oidc.NewVerifier("https://op", oidc.NewRemoteKeySet(ctx, os.Args[1]), &oidc.Config{ClientID: "a"}).Verify(ctx, os.Args[2])
	set, err := keyfunc.NewDefaultCtx(ctx, []string{os.Args[1]})
	if err != nil {
		panic(err)
	}
	_, keyfuncErr := jwt.Parse(os.Args[2], set.Keyfunc)
	fmt.Printf("go-oidc verifies: %v, keyfunc verifies: %v", oidcErr == nil, keyfuncErr == nil)
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/coreos/go-oidc/v3@v3.21.0 github.com/MicahParks/keyfunc/v3@v3.9.2
quiet env GOFLAGS=-mod=mod go build -o finding main.go
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
