#!/bin/sh
# The AI SDK ends a canceled MCP call on its own side and tells the server nothing; the official SDKs send a cancellation.
#
# Packages: npm @ai-sdk/mcp 2.0.99, @modelcontextprotocol/sdk 1.32.2,
#   @modelcontextprotocol/client 2.4.0, @mastra/mcp 2.0.0
# Guess: An aborted call reaches a stdio server as notifications/cancelled, which is the only
#   way to end it there.
# Fact: Over stdio the server of the AI SDK sees no notification: the promise rejects and the
#   call runs on. Mastra, which builds on the official client, sends it.
# Matters: A download or a write goes on after the user has pressed stop, and its result is
#   dropped.
# Output, compared at the end:
#| sdk 1.32.2    caller: error          server got notifications/cancelled: true
#| client 2.4.0  caller: error          server got notifications/cancelled: true
#| AI SDK        caller: error          server got notifications/cancelled: false
#| Mastra        caller: error          server got notifications/cancelled: true
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as current from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentStdio } from '@modelcontextprotocol/client/stdio';
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { MCPClient } from '@mastra/mcp';

fs.writeFileSync('server.mjs', `
import fs from 'node:fs';
import readline from 'node:readline';
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  fs.appendFileSync('log', method + '\\n');
  if (id === undefined || method === 'tools/call') return; // the call never ends
  const reply = method === 'initialize' ? { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } }
    : method === 'tools/list' ? { result: { tools: [{ name: 't', description: 'd', inputSchema: { type: 'object', properties: {} } }] } }
    : { error: { code: -32601, message: 'Method not found' } };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
}).on('close', () => process.exit());
`);
const server = { command: process.execPath, args: ['server.mjs'] };
const has = (method) => fs.readFileSync('log', 'utf8').split('\n').includes(method);
const run = async (name, prepare) => {
  fs.writeFileSync('log', '');
  const call = await prepare();
  const abort = new AbortController();
  const ended = call(abort.signal).then(() => 'result', () => 'error');
  while (!has('tools/call')) await sleep(50);
  abort.abort();
  const outcome = await Promise.race([ended, sleep(3000, 'still waiting')]);
  for (let i = 0; i < 20 && !has('notifications/cancelled'); i++) await sleep(50);
  console.log(name.padEnd(13), 'caller:', outcome.padEnd(14), 'server got notifications/cancelled:', has('notifications/cancelled'));
};
const official = (C, T) => async () => {
  const client = new C({ name: 'c', version: '1' });
  await client.connect(new T(server));
  return (signal) => (C === Client ? client.callTool({ name: 't', arguments: {} }, undefined, { signal }) : client.callTool({ name: 't', arguments: {} }, { signal }));
};
await run('sdk 1.32.2', official(Client, StdioClientTransport));
await run('client 2.4.0', official(current.Client, CurrentStdio));
await run('AI SDK', async () => {
  const { t } = await (await createMCPClient({ transport: new Experimental_StdioMCPTransport(server) })).tools();
  return (abortSignal) => t.execute({}, { toolCallId: '1', messages: [], abortSignal });
});
await run('Mastra', async () => {
  const { s_t } = await new MCPClient({ servers: { s: server } }).listTools();
  return (abortSignal) => s_t.execute({}, { abortSignal });
});
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund @ai-sdk/mcp@2.0.99 @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 @mastra/mcp@2.0.0 @mastra/core@1.71.0 zod@4.6.7
node --no-warnings main.mjs 2>/dev/null | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
