// Has the MCP clients of npm use the servers, over stdio and HTTP and in every
// way in which they choose the era: list, call with progress, answer a question,
// cancel. Then the inspector's command line checks the tools' schemas.
//
//   node clients.mjs MCP-SERVER FIXTURE-SERVER
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as two from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioTwo } from '@modelcontextprotocol/client/stdio';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioOne } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HTTPOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { serveHTTP } from './server.mjs';

const [product, fixtures] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const name = { name: 'test', version: '1' };
const capabilities = { elicitation: {} };

/** One way to be a client. answer is what its user says to a question. */
const ways = {
  'sdk 1.x': {
    era: '2025-11-25',
    client: (answer) => {
      const client = new ClientOne(name, { capabilities });
      client.setRequestHandler(ElicitRequestSchema, answer);
      return client;
    },
    call: (client, params, options) => client.callTool(params, undefined, options),
    stdio: StdioOne,
    http: HTTPOne,
  },
};
for (const [mode, era] of [['legacy', '2025-11-25'], ['auto', '2026-07-28'], [{ pin: '2026-07-28' }, '2026-07-28']]) {
  ways[`client 2.x ${mode.pin ? 'modern' : mode}`] = {
    era,
    client: (answer) => {
      const client = new two.Client(name, { capabilities, versionNegotiation: { mode } });
      client.setRequestHandler('elicitation/create', answer);
      return client;
    },
    call: (client, params, options) => client.callTool(params, options),
    stdio: StdioTwo,
    http: two.StreamableHTTPClientTransport,
  };
}

async function useProduct(way, transport) {
  const questions = [];
  const client = way.client(async (request) => {
    questions.push(request.params.message);
    // A person reads first; the server takes a faster answer for that of a program.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const [[field, schema]] = Object.entries(request.params.requestedSchema.properties);
    const named = /^PROMOTE ".*?" to "(.*?)"/.exec(request.params.message);
    return { action: 'accept', content: { [field]: schema.enum?.at(-1) ?? named[1] } };
  });
  await client.connect(transport);
  assert.equal(client.getServerVersion().name, 'pingkit');
  if (client.getNegotiatedProtocolVersion) assert.equal(client.getNegotiatedProtocolVersion(), way.era);

  const { tools } = await client.listTools();
  assert.equal(tools.length, 8);

  // The TypeScript clients miss a report that they read together with the
  // result, as a busy machine may have it.
  const progress = [];
  for (let i = 0; i < 5 && progress.length === 0; i++) {
    const kit = await way.call(
      client,
      { name: 'download_asset', arguments: { integration: 'PingID Integration Kit' } },
      { onprogress: (p) => progress.push(p.progress) },
    );
    assert.ok(!kit.isError, JSON.stringify(kit.content));
    assert.match(kit.structuredContent.sha256, /^[0-9a-f]{64}$/);
  }
  assert.ok(progress.length > 0, 'no progress');
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b));

  const promoted = await way.call(client, {
    name: 'promote_application',
    arguments: { application: 'Payroll', environment: 'Production', redirect_uris: ['https://payroll.example.com/callback'] },
  });
  assert.equal(promoted.structuredContent?.status, 'promoted', JSON.stringify(promoted.content));
  assert.equal(questions.length, 1);
  assert.match(questions[0], /SHIELDED/);
  await client.close();
}

async function useFixtures(way, transport) {
  const client = way.client(async () => ({ action: 'decline' }));
  await client.connect(transport);
  const cancelled = async () => Number((await way.call(client, { name: 'test_cancelled', arguments: {} })).content[0].text);
  const before = await cancelled();
  const abort = new AbortController();
  const call = way.call(client, { name: 'test_wait', arguments: {} }, { signal: abort.signal });
  await sleep(200);
  abort.abort('the user changed their mind');
  await assert.rejects(call);
  const deadline = Date.now() + 10_000;
  while ((await cancelled()) !== before + 1) {
    assert.ok(Date.now() < deadline, 'the call goes on');
    await sleep(20);
  }
  await client.close();
}

let failures = 0;
async function check(title, run) {
  try {
    await run();
    console.log(`pass  ${title}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${title}\n${error.stack}`);
  }
}

const downloads = await mkdtemp(path.join(tmpdir(), 'clients-'));
const env = { PINGKIT_DOWNLOAD_DIR: downloads };
for (const [title, way] of Object.entries(ways)) {
  await check(`${title}, stdio: list, progress, question`, () =>
    useProduct(way, new way.stdio({ command: product, args: ['stdio', '--sandbox'], env, stderr: 'ignore' })));
  await check(`${title}, stdio: cancel`, () =>
    useFixtures(way, new way.stdio({ command: fixtures, args: ['stdio'], stderr: 'ignore' })));
  await check(`${title}, HTTP: list, progress, question`, async () => {
    const server = await serveHTTP(product, ['http', '--sandbox', '--addr', '127.0.0.1:0'], env);
    try {
      await useProduct(way, new way.http(new URL(server.url)));
    } finally {
      await server.stop();
    }
  });
  await check(`${title}, HTTP: cancel`, async () => {
    const server = await serveHTTP(fixtures);
    try {
      await useFixtures(way, new way.http(new URL(server.url)));
    } finally {
      await server.stop();
    }
  });
}

function inspect(...target) {
  const inspector = path.join(here, 'node_modules/.bin/mcp-inspector');
  const done = spawnSync(process.execPath, [inspector, '--cli', '--method', 'tools/list', '--strict', ...target], {
    encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...env, MCP_CATALOG_PATH: path.join(downloads, 'catalog.json') },
  });
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.equal(JSON.parse(done.stdout).tools.length, 8);
}
await check('inspector, stdio: the schemas are portable', () => inspect(product, 'stdio'));
await check('inspector, HTTP: the schemas are portable', async () => {
  const server = await serveHTTP(product, ['http', '--sandbox', '--addr', '127.0.0.1:0'], env);
  try {
    inspect(server.url);
  } finally {
    await server.stop();
  }
});

await rm(downloads, { recursive: true });
process.exit(failures === 0 ? 0 : 1);
