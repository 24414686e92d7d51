#!/bin/sh
# One client secret makes three different Basic headers in x/oauth2, openid-client and the MCP SDK, and a UUID client ID two.
#
# Packages: golang.org/x/oauth2 v0.38.0, npm openid-client 6.9.0, simple-oauth2 5.1.0,
#   @modelcontextprotocol/sdk 1.32.2
# Guess: client_secret_basic is one format: form-encode both parts (RFC 6749, 2.3.1), join by a
#   colon, base64.
# Fact: The MCP SDK encodes nothing; x/oauth2 and simple-oauth2 leave "-", "_", "." and "~"
#   plain; openid-client encodes even the hyphens of a UUID client ID. A server that does not
#   decode the header refuses every UUID client of openid-client, one that does refuses a secret
#   with "%" or "+" from the MCP SDK.
# Matters: The same credentials work in one tool and are invalid_client in the next; the cure is
#   client_secret_post.
# Output, compared at the end:
#| client and secret 5f9a-11ce a~b+c%2Fd!
#| openid-client  5f9a%2D11ce:a%7Eb%2Bc%252Fd%21
#| x/oauth2       5f9a-11ce:a~b%2Bc%252Fd%21
#| simple-oauth2  5f9a-11ce:a~b%2Bc%252Fd%21
#| MCP-SDK        5f9a-11ce:a~b+c%2Fd!
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
import * as openid from 'openid-client';
import simple from 'simple-oauth2';
import { refreshAuthorization } from '@modelcontextprotocol/sdk/client/auth.js';

const id = '5f9a-11ce', secret = 'a~b+c%2Fd!';
const server = http.createServer((req, res) => {
  req.resume();
  const basic = Buffer.from((req.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
  console.log(req.url.slice(1).padEnd(14), basic);
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ access_token: 't', token_type: 'Bearer', expires_in: 60 }));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const metadata = (name) => ({
  issuer, token_endpoint: `${issuer}/${name}`, authorization_endpoint: issuer, response_types_supported: ['code'],
  token_endpoint_auth_methods_supported: ['client_secret_basic'],
});
console.log('client and secret', id, secret);
const config = new openid.Configuration(metadata('openid-client'), id, undefined, openid.ClientSecretBasic(secret));
openid.allowInsecureRequests(config);
await openid.clientCredentialsGrant(config);
await promisify(execFile)('./finding', [issuer, id, secret]);
await new simple.ClientCredentials({ client: { id, secret }, auth: { tokenHost: issuer, tokenPath: '/simple-oauth2' } }).getToken({});
await refreshAuthorization(issuer, { metadata: metadata('MCP-SDK'), clientInformation: { client_id: id, client_secret: secret }, refreshToken: 'r' });
server.close();
server.closeAllConnections();
EOF

quiet npm install --prefix . --no-audit --no-fund openid-client@6.9.0 simple-oauth2@5.1.0 @modelcontextprotocol/sdk@1.32.2
cat >main.go <<'EOF'
package main

import (
	"context"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	c := clientcredentials.Config{ClientID: os.Args[2], ClientSecret: os.Args[3], TokenURL: os.Args[1] + "/x/oauth2", AuthStyle: oauth2.AuthStyleInHeader}
	if _, err := c.Token(context.Background()); err != nil {
		panic(err)
	}
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get golang.org/x/oauth2@v0.38.0
quiet env GOFLAGS=-mod=mod go build -o finding main.go
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
