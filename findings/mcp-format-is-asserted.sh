#!/bin/sh
# MCP clients throw away a finished call because a date in its output does not fit "format".
#
# Packages: npm @modelcontextprotocol/sdk 1.32.2, @modelcontextprotocol/client 2.4.0
# Guess: format is an annotation in JSON Schema 2020-12, which MCP uses; at most the text of a
#   result suffers.
# Fact: Both generations check the output schema, with formats asserted, in every callTool that
#   follows listTools: a date-time without a zone throws -32602 although the tool has run. The
#   same call without listTools before it returns the result.
# Matters: Upstream dates are rarely RFC 3339 throughout; a schema with "format" turns a write
#   that was made into an error.
# Output, compared at the end:
#| sdk 1.32.2   listTools before: false  tool ran: true  caller gets: result
#| sdk 1.32.2   listTools before: true   tool ran: true  caller gets: McpError -32602
#| client 2.4.0 listTools before: false  tool ran: true  caller gets: result
#| client 2.4.0 listTools before: true   tool ran: true  caller gets: ProtocolError -32602
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import * as old from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as current from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentStdio } from '@modelcontextprotocol/client/stdio';

fs.writeFileSync('server.mjs', `
import fs from 'node:fs';
import readline from 'node:readline';
const tool = { name: 't', inputSchema: { type: 'object' }, outputSchema: { type: 'object', properties: { released: { type: 'string', format: 'date-time' } } } };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'tools/call') fs.appendFileSync('ran', 'x');
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? { tools: [tool] }
    : method === 'tools/call' ? { content: [{ type: 'text', text: 'done' }], structuredContent: { released: '2026-11-30T10:00:00' } } : {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
}).on('close', () => process.exit());
`);
for (const [name, Client, Stdio] of [['sdk 1.32.2', old.Client, OldStdio], ['client 2.4.0', current.Client, CurrentStdio]]) {
  for (const list of [false, true]) {
    fs.writeFileSync('ran', '');
    const client = new Client({ name: 'c', version: '1' });
    await client.connect(new Stdio({ command: process.execPath, args: ['server.mjs'] }));
    if (list) await client.listTools();
    const outcome = await client.callTool({ name: 't', arguments: {} }).then(() => 'result', (e) => `${e.constructor.name} ${e.code}`);
    console.log(name.padEnd(12), 'listTools before:', String(list).padEnd(5), ' tool ran:', fs.readFileSync('ran', 'utf8').length === 1, ' caller gets:', outcome);
    await client.close();
  }
}
EOF

quiet npm install --prefix . --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
