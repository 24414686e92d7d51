#!/bin/sh
# A resource_link in a tool result makes LangChain's Anthropic and OpenAI chat models throw before the next request.
#
# Packages: npm @langchain/mcp-adapters 1.1.4, @langchain/anthropic 1.5.11, @langchain/openai
#   1.6.0, @langchain/core 1.4.0
# Guess: A link to a file is shown to the model as text, or left out when the model cannot take
#   it.
# Fact: The adapter makes it a file block with the link as its source; both models refuse to
#   convert it ("Unsupported file mime type", "must be formatted as a data URL"), so that the
#   conversation cannot go on. No request is sent.
# Matters: One tool that follows the advice of the MCP specification to link files ends every
#   LangChain agent that calls it.
# Output, compared at the end:
#| text  Anthropic  request sent to the model
#| text  OpenAI     request sent to the model
#| link  Anthropic  no request: Unsupported file mime type for file url so…
#| link  OpenAI     no request: URL file blocks with source_type url must …
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import http from 'node:http';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';

fs.writeFileSync('server.mjs', `
import readline from 'node:readline';
const content = { text: [{ type: 'text', text: 'saved' }],
  link: [{ type: 'text', text: 'saved' }, { type: 'resource_link', uri: 'https://files.example.com/kit.zip', name: 'kit.zip', mimeType: 'application/zip' }] };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? { tools: Object.keys(content).map((name) => ({ name, description: 'd', inputSchema: { type: 'object', properties: {} } })) }
    : method === 'tools/call' ? { content: content[params.name] } : {};
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
}).on('close', () => process.exit());
`);
let requests = 0;
const api = http.createServer((req, res) => { requests++; res.writeHead(400).end('{}'); });
await new Promise((done) => api.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${api.address().port}`;
const models = {
  Anthropic: new ChatAnthropic({ apiKey: 'none', model: 'm', anthropicApiUrl: url, maxRetries: 0 }),
  OpenAI: new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: { baseURL: url }, maxRetries: 0 }),
};
const client = new MultiServerMCPClient({ mcpServers: { s: { transport: 'stdio', command: process.execPath, args: ['server.mjs'] } } });
for (const tool of await client.getTools()) {
  const call = { type: 'tool_call', id: 'c1', name: tool.name, args: {} };
  const result = await tool.invoke(call);
  for (const [name, model] of Object.entries(models)) {
    requests = 0;
    const message = await model.invoke([new HumanMessage('go'), new AIMessage({ content: '', tool_calls: [call] }), result]).then(() => '', (e) => e.message);
    console.log(tool.name.padEnd(5), name.padEnd(10), requests ? 'request sent to the model' : `no request: ${message.slice(0, 42)}…`);
  }
}
await client.close();
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0 @langchain/anthropic@1.5.11 @langchain/openai@1.6.0
node --no-warnings main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
