#!/bin/sh
# A tool result without text is empty for the model in three of four agent frameworks, and "audience: user" hides nothing.
#
# Packages: npm @ai-sdk/mcp 2.0.99, @langchain/mcp-adapters 1.1.4, @mastra/mcp 2.0.0,
#   @openai/agents 0.20.0
# Guess: structuredContent reaches the model when content is empty; a block annotated with
#   audience ["user"] is kept from it.
# Fact: AI SDK, LangChain and OpenAI Agents hand the model the content blocks alone: an empty
#   list. Mastra hands it structuredContent when there is one. All four hand over the block that
#   is for the user only.
# Matters: A server that sends structured results must send the text too, and must not put
#   anything into a block that the model may not see.
# Output, compared at the end:
#| AI SDK         structured only: empty  for the user only: seen
#| LangChain      structured only: empty  for the user only: seen
#| Mastra         structured only: seen   for the user only: seen
#| OpenAI Agents  structured only: empty  for the user only: seen
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { MCPClient } from '@mastra/mcp';
import { MCPServerStdio, getAllMcpTools } from '@openai/agents';

fs.writeFileSync('server.mjs', `
import readline from 'node:readline';
const inputSchema = { type: 'object', properties: {}, additionalProperties: false };
const outputSchema = { type: 'object', properties: { status: { type: 'string' } } };
const results = {
  structured: { content: [], structuredContent: { status: 'promoted' } },
  user_only: { content: [{ type: 'text', text: 'FOR-THE-USER', annotations: { audience: ['user'] } }] },
};
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const reply = method === 'initialize' ? { result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } }
    : method === 'tools/list' ? { result: { tools: [{ name: 'structured', inputSchema, outputSchema }, { name: 'user_only', inputSchema }] } }
    : method === 'tools/call' ? { result: results[params.name] }
    : { error: { code: -32601, message: 'Method not found' } };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
}).on('close', () => process.exit());
`);
const command = process.execPath, args = ['server.mjs'];
const show = (name, structured, userOnly) => console.log(name.padEnd(14),
  'structured only:', JSON.stringify(structured).includes('promoted') ? 'seen ' : 'empty',
  ' for the user only:', JSON.stringify(userOnly).includes('FOR-THE-USER') ? 'seen' : 'hidden');

const ai = await createMCPClient({ transport: new Experimental_StdioMCPTransport({ command, args }) });
const aiTools = await ai.tools();
const aiModel = async (name) => aiTools[name].toModelOutput({ output: await aiTools[name].execute({}, { toolCallId: '1', messages: [] }), toolCallId: '1', input: {} });
show('AI SDK', await aiModel('structured'), await aiModel('user_only'));
await ai.close();

const chain = new MultiServerMCPClient({ mcpServers: { s: { transport: 'stdio', command, args } } });
const chainTools = await chain.getTools();
const chainModel = async (name) => (await chainTools.find((t) => t.name === name).invoke({ type: 'tool_call', id: '1', name, args: {} })).content;
show('LangChain', await chainModel('structured'), await chainModel('user_only'));
await chain.close();

const mastra = new MCPClient({ servers: { s: { command, args } } });
const mastraTools = await mastra.listTools();
show('Mastra', await mastraTools.s_structured.execute({}, {}), await mastraTools.s_user_only.execute({}, {}));
await mastra.disconnect();

const agents = new MCPServerStdio({ name: 's', command, args });
await agents.connect();
const agentTools = await getAllMcpTools([agents]);
const agentModel = (name) => agentTools.find((t) => t.name === name).invoke({ context: {} }, '{}');
show('OpenAI Agents', await agentModel('structured'), await agentModel('user_only'));
await agents.close();
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund @ai-sdk/mcp@2.0.99 @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0 @mastra/mcp@2.0.0 @mastra/core@1.71.0 @openai/agents@0.20.0 zod@4.6.7
node --no-warnings main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
