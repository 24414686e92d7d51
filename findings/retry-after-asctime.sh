#!/bin/sh
# Four npm HTTP clients read a Retry-After date in asctime form in the local time zone.
#
# Packages: npm got 14.6.6, ky 1.14.3, undici 7.30.2 (RetryAgent), axios-retry 4.5.0 with axios
#   1.21.1
# Guess: HTTP dates are GMT, so the three forms that RFC 9110 makes a recipient accept give the
#   same instant.
# Fact: All four hand the text to Date, which takes "Tue Dec 1 09:00:00 2026" as local time:
#   east of Greenwich the date is long past and they come back at once, west of it they wait for
#   hours. Go's http.ParseTime reads it as GMT. The usual form is read right by all.
# Matters: A client in Tokyo hammers a server that asked for a pause, and only there.
# Output, compared at the end:
#| UTC        fixdate got waits, ky waits, undici waits, axios-retry waits
#| UTC        asctime got waits, ky waits, undici waits, axios-retry waits
#| Asia/Tokyo fixdate got waits, ky waits, undici waits, axios-retry waits
#| Asia/Tokyo asctime got comes back at once, ky comes back at once, undici comes back at once, axios-retry comes back at once
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import http from 'node:http';
import got from 'got';
import ky from 'ky';
import { Agent, RetryAgent, request } from 'undici';
import axios from 'axios';
import axiosRetry from 'axios-retry';

const inThreeSeconds = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000);
const fixdate = (d) => d.toUTCString();
const asctime = (d) => {
  const [, day, date, month, year, time] = d.toUTCString().match(/(\w+), (\d+) (\w+) (\d+) (\S+)/);
  return `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`;
};
let form;
const seen = new Set();
const server = http.createServer((req, res) => {
  if (!seen.has(req.url)) res.writeHead(429, { 'retry-after': form(inThreeSeconds()) });
  seen.add(req.url);
  res.end('ok');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const agent = new RetryAgent(new Agent(), { minTimeout: 10 });
const instance = axios.create();
axiosRetry(instance, { retries: 1, retryDelay: axiosRetry.exponentialDelay, retryCondition: () => true });
const clients = {
  got: (url) => got(url).text(),
  ky: (url) => ky(url).text(),
  undici: async (url) => (await request(url, { dispatcher: agent })).body.text(),
  'axios-retry': (url) => instance.get(url),
};
for (form of [fixdate, asctime]) {
  const words = await Promise.all(Object.entries(clients).map(async ([name, call]) => {
    const start = Date.now();
    await call(`http://127.0.0.1:${server.address().port}/${form.name}/${name}`);
    return `${name} ${Date.now() - start > 1500 ? 'waits' : 'comes back at once'}`;
  }));
  console.log(process.env.TZ.padEnd(10), form.name.padEnd(7), words.join(', '));
}
process.exit();
EOF

quiet npm install --prefix . --no-audit --no-fund got@14.6.6 ky@1.14.3 undici@7.30.2 axios@1.21.1 axios-retry@4.5.0
for zone in UTC Asia/Tokyo; do TZ=$zone node main.mjs; done | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
