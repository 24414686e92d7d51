#!/bin/sh
# Mastra repeats a tool call whose answer was lost, even for a tool marked as not idempotent; three other clients do not.
#
# Packages: npm @mastra/mcp 2.0.0, @modelcontextprotocol/sdk 1.32.2,
#   @modelcontextprotocol/client 2.4.0, @ai-sdk/mcp 2.0.99
# Guess: A call that broke is an error for the model or program, at least when the tool says
#   idempotentHint: false.
# Fact: Mastra takes the broken connection for a lost session, connects again and sends the call
#   a second time by itself; the caller sees one success. The other three fail after one
#   request.
# Matters: A write happens twice without anybody asking for it. A server has to recognize the
#   repetition, by a plan or key in the arguments.
# Output, compared at the end:
#| sdk 1.32.2    caller sees error    tools/call received 1
#| client 2.4.0  caller sees error    tools/call received 1
#| AI SDK        caller sees error    tools/call received 1
#| Mastra        caller sees success  tools/call received 2
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import http from 'node:http';
import { MCPClient } from '@mastra/mcp';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as current from '@modelcontextprotocol/client';
import { createMCPClient } from '@ai-sdk/mcp';

let calls = 0;
const tool = { name: 'promote', description: 'd', inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: false, idempotentHint: false } };
const server = http.createServer(async (req, res) => {
  if (req.method !== 'POST') return res.writeHead(405).end();
  let body = '';
  for await (const chunk of req) body += chunk;
  const { id, method, params } = JSON.parse(body);
  if (id === undefined) return res.writeHead(202).end();
  if (method === 'tools/call' && ++calls === 1) return req.socket.destroy(); // the work is done, the answer is lost
  const reply = method === 'initialize' ? { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } }
    : method === 'tools/list' ? { result: { tools: [tool] } }
    : method === 'tools/call' ? { result: { content: [{ type: 'text', text: 'promoted' }] } }
    : { error: { code: -32601, message: 'Method not found' } };
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = new URL(`http://127.0.0.1:${server.address().port}/mcp`);
const run = async (name, call) => {
  calls = 0;
  const outcome = await call().then((r) => (JSON.stringify(r).includes('promoted') ? 'success' : 'other'), () => 'error');
  console.log(name.padEnd(13), 'caller sees', outcome.padEnd(8), 'tools/call received', calls);
};
const official = (C, T) => async () => {
  const client = new C({ name: 'c', version: '1' });
  await client.connect(new T(url));
  return client.callTool({ name: 'promote', arguments: {} });
};
await run('sdk 1.32.2', official(Client, StreamableHTTPClientTransport));
await run('client 2.4.0', official(current.Client, current.StreamableHTTPClientTransport));
await run('AI SDK', async () => (await (await createMCPClient({ transport: { type: 'http', url: url.href } })).tools()).promote.execute({}, { toolCallId: '1', messages: [] }));
await run('Mastra', async () => (await new MCPClient({ servers: { s: { url } } }).listTools()).s_promote.execute({}, {}));
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund @mastra/mcp@2.0.0 @mastra/core@1.71.0 @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 @ai-sdk/mcp@2.0.99 zod@4.6.7
node --no-warnings main.mjs 2>/dev/null | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
