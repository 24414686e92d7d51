#!/bin/sh
# The same file and Date give other zip bytes in another time zone with three of four npm writers.
#
# Packages: npm fflate 0.8.3, adm-zip 0.6.1, yazl 3.3.1, jszip 3.10.2
# Guess: Passing a fixed Date makes the archive reproducible.
# Fact: The DOS time in a zip has no zone: fflate, adm-zip and yazl write the local wall clock,
#   jszip writes UTC (so that unzip shows it hours off).
# Matters: A digest recorded on a laptop does not match the one from CI; set TZ=UTC as well.
# Output, compared at the end:
#| adm-zip other bytes
#| fflate other bytes
#| jszip same bytes
#| yazl other bytes
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import * as fflate from 'fflate';
import AdmZip from 'adm-zip';
import yazl from 'yazl';
import JSZip from 'jszip';

const date = new Date('2026-11-30T12:00:00Z');
const data = Buffer.from('content');
const adm = new AdmZip();
adm.addFile('a.txt', data);
adm.getEntry('a.txt').header.time = date;
const yaz = new yazl.ZipFile();
yaz.addBuffer(data, 'a.txt', { mtime: date, mode: 0o100644 });
yaz.end();
const archives = {
  'adm-zip': adm.toBuffer(),
  fflate: Buffer.from(fflate.zipSync({ 'a.txt': [data, { mtime: date }] })),
  jszip: await new JSZip().file('a.txt', data, { date }).generateAsync({ type: 'nodebuffer' }),
  yazl: await buffer(yaz.outputStream),
};
for (const [name, bytes] of Object.entries(archives)) console.log(name, createHash('sha256').update(bytes).digest('hex'));
EOF

quiet npm install --prefix . --no-audit --no-fund fflate@0.8.3 adm-zip@0.6.1 yazl@3.3.1 jszip@3.10.2
for zone in UTC Asia/Tokyo; do TZ=$zone node main.mjs >"$(basename $zone)"; done
join UTC Tokyo | awk '{print $1, ($2 == $3 ? "same bytes" : "other bytes")}' | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
