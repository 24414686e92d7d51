#!/bin/sh
# The MCP Inspector's command line sends version=2.10 as the number 2.1 to a tool whose schema says string.
#
# Packages: npm @modelcontextprotocol/inspector 2.12.0, mcporter 0.12.3
# Guess: --tool-arg key=value is text, or becomes a number where the tool's input schema says
#   number.
# Fact: Inspector takes any value that is JSON for JSON, without a look at the schema that it
#   can list: 2.10, 1e3 and a 20-digit ID change, true and null change their type. mcporter
#   keeps what JSON would alter.
# Matters: A server that is lenient about types answers "there is no version 2.1", and the
#   author of the call looks at a correct command line.
# Output, compared at the end:
#| version=2.10                   Inspector sends 2.1                    mcporter sends "2.10"
#| version=12345678901234567890   Inspector sends 12345678901234567000   mcporter sends "12345678901234567890"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';

fs.writeFileSync('server.mjs', `
import readline from 'node:readline';
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? { tools: [{ name: 't', description: 'd', inputSchema: { type: 'object', properties: { version: { type: 'string' } } } }] }
    : method === 'tools/call' ? { content: [{ type: 'text', text: '<' + JSON.stringify(params.arguments.version) + '>' }] } : {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
}).on('close', () => process.exit());
`);
const env = { ...process.env, HOME: process.cwd() };
const received = (program, args) => {
  const { stdout } = spawnSync(`node_modules/.bin/${program}`, args, { encoding: 'utf8', env });
  return (stdout.match(/<(.*)>/)?.[1] ?? 'nothing').replaceAll('\\', '');
};
for (const value of ['2.10', '12345678901234567890'])
  console.log(`version=${value}`.padEnd(30),
    'Inspector sends', received('mcp-inspector', ['--cli', 'node', 'server.mjs', '--method', 'tools/call', '--tool-name', 't', '--tool-arg', `version=${value}`]).padEnd(22),
    'mcporter sends', received('mcporter', ['call', '--stdio', 'node server.mjs', 't', `version=${value}`]));
EOF

quiet npm install --prefix . --no-audit --no-fund @modelcontextprotocol/inspector@2.12.0 mcporter@0.12.3
node --no-warnings main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
