#!/bin/sh
# LangChain's MCP adapter deletes oneOf and anyOf from a tool's arguments and then accepts any value.
#
# Packages: npm @langchain/mcp-adapters 1.1.4
# Guess: The model sees the server's JSON Schema, and the adapter checks arguments against it
#   before the call.
# Fact: A titled enumeration (oneOf of const and title, the form MCP itself uses in elicitation)
#   and a nullable string (anyOf with null) both become {}: the model sees no values, and a
#   wrong one passes. enum, const, pattern and type lists survive.
# Matters: Write enum and "type": ["string", "null"] in tool schemas, and check again in the
#   server.
# Output, compared at the end:
#| environment  {}
#| owner        {}
#| kind         {"enum":["oauth","saml"]}
#| note         {"type":["string","null"]}
#| {"environment":"nowhere"}  reached the server as {"environment":"nowhere"}
#| {"kind":"nothing"}         refused by the adapter
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

fs.writeFileSync('server.mjs', `
import readline from 'node:readline';
const inputSchema = { type: 'object', additionalProperties: false, properties: {
  environment: { oneOf: [{ const: 'test', title: 'Test' }, { const: 'prod', title: 'Production' }] },
  owner: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  kind: { enum: ['oauth', 'saml'] },
  note: { type: ['string', 'null'] },
} };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? { tools: [{ name: 't', description: 'd', inputSchema }] }
    : method === 'tools/call' ? { content: [{ type: 'text', text: JSON.stringify(params.arguments) }] } : {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
}).on('close', () => process.exit());
`);
const client = new MultiServerMCPClient({ mcpServers: { s: { transport: 'stdio', command: process.execPath, args: ['server.mjs'] } } });
const [tool] = await client.getTools();
for (const [name, schema] of Object.entries(tool.schema.properties)) console.log(name.padEnd(12), JSON.stringify(schema));
for (const args of [{ environment: 'nowhere' }, { kind: 'nothing' }])
  console.log(JSON.stringify(args).padEnd(26), await tool.invoke(args).then((r) => `reached the server as ${r}`, () => 'refused by the adapter'));
await client.close();
EOF

quiet npm install --prefix . --no-audit --no-fund @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0
node --no-warnings main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
