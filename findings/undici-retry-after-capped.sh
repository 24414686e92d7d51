#!/bin/sh
# undici's RetryAgent comes back before Retry-After has passed, because maxTimeout limits the server's wish too.
#
# Packages: npm undici 7.30.2, got 14.6.6
# Guess: maxTimeout limits the agent's own back-off; a Retry-After is either obeyed or the
#   request fails.
# Fact: The shorter of the two is taken: with the default of 30 s, "Retry-After: 60" is answered
#   by a second request after 30 s. got obeys or, above maxRetryAfter, does not repeat. A POST
#   is repeated by neither.
# Matters: All attempts are used up inside the window in which the server said it would refuse
#   them.
# Output, compared at the end:
#| undici, maxTimeout 0.5 s       3 requests too early too early
#| got, backoffLimit 0.5 s        2 requests obeyed
#| got, maxRetryAfter 0.5 s       1 requests
#| undici, POST                   1 requests
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import http from 'node:http';
import got from 'got';
import { Agent, RetryAgent, request } from 'undici';

let times = [];
const server = http.createServer((req, res) => {
  times.push(Date.now());
  res.writeHead(429, { 'retry-after': '3' });
  res.end();
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}/`;
const report = (name) => {
  const gaps = times.slice(1).map((t, i) => (t - times[i] >= 2900 ? 'obeyed' : 'too early'));
  console.log([name.padEnd(30), times.length, 'requests', ...gaps].join(' '));
  times = [];
};
const agent = new RetryAgent(new Agent(), { maxRetries: 2, minTimeout: 10, maxTimeout: 500 });
await request(url, { dispatcher: agent }).catch(() => {});
report('undici, maxTimeout 0.5 s');
await got(url, { retry: { limit: 1, backoffLimit: 500 } }).catch(() => {});
report('got, backoffLimit 0.5 s');
await got(url, { retry: { limit: 2, maxRetryAfter: 500 } }).catch(() => {});
report('got, maxRetryAfter 0.5 s');
await request(url, { method: 'POST', dispatcher: agent }).catch(() => {});
report('undici, POST');
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund undici@7.30.2 got@14.6.6
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
