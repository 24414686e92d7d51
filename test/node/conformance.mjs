// Runs MCP's conformance suite: what any server must pass against the product,
// and all that is scored against the same transport with the suite's fixtures.
//
//   node conformance.mjs MCP-SERVER [FIXTURE-SERVER]
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { serveHTTP } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const suite = path.join(here, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

// What needs no fixtures.
const general = {
  '2025-11-25': [
    'server-initialize', 'server-session-lifecycle', 'ping', 'tools-list', 'prompts-list', 'resources-list', 'completion-complete',
    'server-sse-multiple-streams', 'dns-rebinding-protection',
  ],
  '2026-07-28': [
    'tools-list', 'prompts-list', 'resources-list', 'completion-complete', 'caching', 'dns-rebinding-protection', 'http-header-validation',
    'server-sse-multiple-streams', 'input-required-result-unsupported-methods', 'sep-2164-resource-not-found', 'server-stateless',
  ],
};

const [product, fixtures] = process.argv.slice(2);
const results = await mkdtemp(path.join(tmpdir(), 'conformance-'));
let failures = 0;

async function run(title, args) {
  const child = spawn(process.execPath, [suite, 'server', ...args, '-o', results], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  console.log(`${code === 0 ? 'pass' : 'FAIL'}  ${title}`);
  if (code !== 0) {
    failures++;
    console.log(output);
  }
  return output;
}

const downloads = await mkdtemp(path.join(tmpdir(), 'conformance-'));
let server = await serveHTTP(product, ['http', '--sandbox', '--addr', '127.0.0.1:0'], { PINGKIT_DOWNLOAD_DIR: downloads });
for (const [revision, scenarios] of Object.entries(general)) {
  for (const scenario of scenarios) {
    await run(`product  ${revision}  ${scenario}`, [
      '--url', server.url, '--scenario', scenario, '--spec-version', revision, '--expected-failures', path.join(here, `product-${revision}.yaml`),
    ]);
  }
}
await server.stop();

if (fixtures) {
  server = await serveHTTP(fixtures);
  for (const revision of Object.keys(general)) {
    const output = await run(`fixtures ${revision}  all that is scored`, [
      '--url', server.url, '--requirements', revision, '--expected-failures', path.join(here, `fixtures-${revision}.yaml`),
    ]);
    console.log(output.slice(output.lastIndexOf('=== SUMMARY ===')));
  }
  await server.stop();
}

await rm(results, { recursive: true });
await rm(downloads, { recursive: true });
process.exit(failures === 0 ? 0 : 1);
