#!/bin/sh
# The official Go SDK answers an unknown method over HTTP with a plain 400, and an unknown notification as well.
#
# Packages: github.com/modelcontextprotocol/go-sdk v1.8.0, npm @modelcontextprotocol/sdk 1.32.2
# Guess: An unknown method is JSON-RPC error -32601 with the request's id, and an unknown
#   notification is ignored.
# Fact: Both are "400 JSON RPC not handled" as text, so a TypeScript client throws
#   StreamableHTTPError, not McpError -32601. A request whose id is above 2^53 is answered under
#   another id, and id 1.5 under 1.
# Matters: A client that probes for an extension by method (and expects -32601) takes the server
#   for broken; one that announces an optional notification gets an exception.
# Output, compared at the end:
#| unknown request: StreamableHTTPError 400
#| unknown notification: StreamableHTTPError 400
#| ping with id 9007199254740993: answered as id 9007199254740992
#| ping with id 1.5: answered as id 1
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import { spawn } from 'node:child_process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';

const server = spawn('./finding', { stdio: ['ignore', 'pipe', 'inherit'] });
const address = await new Promise((done) => server.stdout.once('data', (d) => done(String(d).trim())));
const url = new URL(`http://${address}/`);
const client = new Client({ name: 'c', version: '1' });
const transport = new StreamableHTTPClientTransport(url);
await client.connect(transport);
const attempt = async (what, f) => {
  try { await f(); console.log(what, 'ok'); } catch (e) { console.log(what, e.constructor.name, e.code); }
};
await attempt('unknown request:', () => client.request({ method: 'example/probe', params: {} }, EmptyResultSchema));
await attempt('unknown notification:', () => client.notification({ method: 'notifications/example/changed' }));
for (const id of ['9007199254740993', '1.5']) {
  const response = await fetch(url, {
    method: 'POST', body: `{"jsonrpc":"2.0","id":${id},"method":"ping"}`,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-session-id': transport.sessionId },
  });
  console.log(`ping with id ${id}: answered as id`, (await response.text()).match(/"id":([^,]+)/)[1]);
}
await client.close();
server.kill();
EOF

quiet npm install --prefix . --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "s", Version: "1"}, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	panic(http.Serve(listener, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil)))
}
EOF
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/modelcontextprotocol/go-sdk@v1.8.0
quiet env GOFLAGS=-mod=mod go build -o finding main.go
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
