#!/bin/sh
# bsdtar pads a zip written to a pipe with zeros to 10,240 bytes; yauzl and unzipper then refuse it.
#
# Packages: Debian libarchive-tools and libarchive13 3.6.2-1+deb12u4, npm yauzl 3.4.0, unzipper
#   0.12.5, adm-zip 0.6.1, fflate 0.8.3, jszip 3.10.2
# Guess: The same archive comes out on stdout and in a file; blocks of 10 KiB are a matter of
#   tar.
# Fact: The record size counts for every format on stdout. Readers that look for the end record
#   anywhere cope; yauzl wants the comment to end the file, unzipper fails in the middle. "-b 1"
#   pads to 512 bytes; only an archive written to a file ends where it should.
# Matters: A zip made in a pipeline opens on the desk of its author and fails in a service.
# Output, compared at the end:
#| file.zip small: adm-zip reads, fflate reads, jszip reads, unzipper reads, yauzl reads
#| pipe.zip 10240 bytes: adm-zip reads, fflate reads, jszip reads, unzipper refuses, yauzl refuses
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import yauzl from 'yauzl';
import unzipper from 'unzipper';
import AdmZip from 'adm-zip';
import * as fflate from 'fflate';
import JSZip from 'jszip';

const readers = {
  'adm-zip': (b) => new AdmZip(b).getEntries().length, fflate: (b) => Object.keys(fflate.unzipSync(b)).length,
  jszip: async (b) => Object.keys((await JSZip.loadAsync(b)).files).length,
  unzipper: async (b) => (await unzipper.Open.buffer(b)).files.length,
  yauzl: (b) => new Promise((done, fail) => yauzl.fromBuffer(b, {}, (e, zip) => (e ? fail(e) : done(zip.entryCount)))),
};
for (const file of ['file.zip', 'pipe.zip']) {
  const bytes = fs.readFileSync(file);
  const verdicts = [];
  for (const [name, read] of Object.entries(readers)) {
    let verdict = 'refuses';
    try { verdict = (await read(bytes)) === 1 ? 'reads' : 'misreads'; } catch { /* refused */ }
    verdicts.push(`${name} ${verdict}`);
  }
  console.log(file, bytes.length === 10240 ? '10240 bytes:' : 'small:', verdicts.join(', '));
}
EOF

quiet npm install --prefix . --no-audit --no-fund yauzl@3.4.0 unzipper@0.12.5 adm-zip@0.6.1 fflate@0.8.3 jszip@3.10.2
quiet apt-get download libarchive-tools=3.6.2-1+deb12u4 libarchive13=3.6.2-1+deb12u4
for deb in *.deb; do dpkg -x "$deb" root; done
echo hello >a.txt
tar() { LD_LIBRARY_PATH=$(echo "$dir"/root/usr/lib/*-linux-gnu) root/usr/bin/bsdtar --format zip "$@" a.txt; }
tar -cf file.zip
tar -cf - >pipe.zip
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
