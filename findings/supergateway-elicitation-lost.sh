#!/bin/sh
# supergateway passes on that the client can be asked, and then answers the question itself with -32601.
#
# Packages: npm supergateway 4.0.0, @modelcontextprotocol/sdk 1.32.2
# Guess: A bridge between stdio and HTTP forwards messages in both directions, or does not
#   announce what it cannot forward.
# Fact: From HTTP to stdio the client's capability elicitation reaches the server in initialize,
#   but the server's elicitation/create comes back as "Method not found" and never reaches the
#   client. Directly connected, the same client answers.
# Matters: A server that asks before it writes has no way to ask, although the capability was
#   stated.
# Output, compared at the end:
#| direct       capability stated: true  client asked: true   server got: accept
#| supergateway capability stated: true  client asked: false  server got: error -32601
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import http from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

let answered, stated;
const server = http.createServer(async (req, res) => {
  if (req.method !== 'POST') return res.writeHead(405).end();
  let body = '';
  for await (const chunk of req) body += chunk;
  const message = JSON.parse(body);
  const { id, method, params } = message;
  if (!method) { answered(message); return res.writeHead(202).end(); }
  if (id === undefined) return res.writeHead(202).end();
  const json = (reply) => res.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
  if (method === 'initialize') {
    stated = 'elicitation' in params.capabilities;
    return json({ result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } });
  }
  if (method !== 'tools/call') return json(method === 'tools/list' ? { result: { tools: [] } } : { error: { code: -32601, message: 'Method not found' } });
  const answer = new Promise((done) => (answered = done));
  res.setHeader('content-type', 'text/event-stream');
  const send = (m) => res.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...m })}\n\n`);
  send({ id: 'q1', method: 'elicitation/create', params: { message: 'Sure?', requestedSchema: { type: 'object', properties: { yes: { type: 'boolean' } } } } });
  const { result, error } = await answer;
  send({ id, result: { content: [{ type: 'text', text: error ? `error ${error.code}` : result.action }] } });
  res.end();
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}/mcp`;
for (const [name, transport] of [
  ['direct', new StreamableHTTPClientTransport(new URL(url))],
  ['supergateway', new StdioClientTransport({ command: 'node_modules/.bin/supergateway', args: ['--streamableHttp', url, '--logLevel', 'none'] })],
]) {
  const client = new Client({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
  let asked = false;
  client.setRequestHandler(ElicitRequestSchema, () => { asked = true; return { action: 'accept', content: { yes: true } }; });
  await client.connect(transport);
  const { content } = await client.callTool({ name: 't', arguments: {} });
  console.log(name.padEnd(12), 'capability stated:', stated, ' client asked:', String(asked).padEnd(5), ' server got:', content[0].text);
  await client.close();
}
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund supergateway@4.0.0 @modelcontextprotocol/sdk@1.32.2
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
