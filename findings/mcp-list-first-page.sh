#!/bin/sh
# client.listTools() of the MCP SDK 1.x gives the first page only; the same call of client 2.x follows all cursors.
#
# Packages: npm @modelcontextprotocol/sdk 1.32.2, @modelcontextprotocol/client 2.4.0
# Guess: The call without a cursor means the same in both generations, whichever it is.
# Fact: 1.x returns page one and a nextCursor that is easily overlooked; 2.x returns every tool
#   and no nextCursor. The rule holds for prompts and resources as well.
# Matters: A server that turns pagination on to keep answers small loses its later tools in
#   every program still on 1.x.
# Output, compared at the end:
#| sdk 1.32.2   listTools     one           nextCursor 1
#| sdk 1.32.2   listPrompts   one           nextCursor 1
#| sdk 1.32.2   listResources one           nextCursor 1
#| client 2.4.0 listTools     one two three nextCursor none
#| client 2.4.0 listPrompts   one two three nextCursor none
#| client 2.4.0 listResources one two three nextCursor none
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
import readline from 'node:readline';
const pages = ['one', 'two', 'three'];
const page = (kind, i, item) => ({ [kind]: [item], ...(i + 1 < pages.length ? { nextCursor: String(i + 1) } : {}) });
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const i = Number(params?.cursor ?? 0), name = pages[i];
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {}, prompts: {}, resources: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? page('tools', i, { name, inputSchema: { type: 'object' } })
    : method === 'prompts/list' ? page('prompts', i, { name })
    : method === 'resources/list' ? page('resources', i, { name, uri: 'x:' + name }) : {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
}).on('close', () => process.exit());
`);
for (const [name, Client, Stdio] of [['sdk 1.32.2', old.Client, OldStdio], ['client 2.4.0', current.Client, CurrentStdio]]) {
  const client = new Client({ name: 'c', version: '1' });
  await client.connect(new Stdio({ command: process.execPath, args: ['server.mjs'] }));
  for (const [call, kind] of [['listTools', 'tools'], ['listPrompts', 'prompts'], ['listResources', 'resources']]) {
    const list = await client[call]();
    console.log(name.padEnd(12), call.padEnd(13), list[kind].map((t) => t.name).join(' ').padEnd(13), 'nextCursor', list.nextCursor ?? 'none');
  }
  await client.close();
}
EOF

quiet npm install --prefix . --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
