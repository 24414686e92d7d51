#!/bin/sh
# A client of the MCP SDK 2.x in mode auto starts a stdio server twice.
#
# Packages: npm @modelcontextprotocol/client 2.4.0
# Guess: Version negotiation is a matter of messages: a server that does not know
#   server/discover is asked to initialize next.
# Fact: The probe runs in a process of its own, which is then ended; the session is a second
#   process. Frameworks that build on this client and choose the mode inherit it.
# Matters: Start-up work is done twice (downloads, locks, log-ins), and what the first process
#   kept in memory is gone.
# Output, compared at the end:
#| default  started, initialize, tools/list
#| auto     started, server/discover, started, initialize, tools/list
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

fs.writeFileSync('server.mjs', `
import fs from 'node:fs';
import readline from 'node:readline';
const log = (s) => fs.appendFileSync('log', s + '\\n');
log('started');
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  log(method);
  const reply = method === 'initialize' ? { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } }
    : method === 'tools/list' ? { result: { tools: [] } } : { error: { code: -32601, message: 'Method not found' } };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
}).on('close', () => process.exit());
`);
for (const options of [{}, { versionNegotiation: { mode: 'auto' } }]) {
  fs.writeFileSync('log', '');
  const client = new Client({ name: 'c', version: '1' }, options);
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ['server.mjs'] }));
  await client.listTools();
  await client.close();
  console.log((options.versionNegotiation?.mode ?? 'default').padEnd(8), fs.readFileSync('log', 'utf8').trim().split('\n').join(', '));
}
EOF

quiet npm install --prefix . --no-audit --no-fund @modelcontextprotocol/client@2.4.0
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
