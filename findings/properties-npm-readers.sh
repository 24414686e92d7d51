#!/bin/sh
# Of four npm readers of .properties files two give the version 2.10 as the number 2.1, and two misread "key: value" or "key value".
#
# Packages: npm properties-reader 3.0.1, properties 1.2.1, java-properties 1.0.2, dot-properties
#   1.1.2
# Guess: They all read the format of java.util.Properties, and every value is a string.
# Fact: properties-reader and properties cast values: 2.10 is 2.1, 0123 is 123.
#   properties-reader knows neither "key: value" nor continued lines; java-properties does not
#   take a blank as separator. Only dot-properties gives what Java gives.
# Matters: An SBOM or inventory built in JavaScript names a version that was never published.
# Output, compared at the end:
#| properties-reader  version=2.1 build=123 colon=null blank=null long="one,\\"
#| properties         version=2.1 build=123 colon="c" blank="b" long="one,two"
#| java-properties    version="2.10" build="0123" colon="c" blank=null long="one,two"
#| dot-properties     version="2.10" build="0123" colon="c" blank="b" long="one,two"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import { propertiesReader } from 'properties-reader';
import properties from 'properties';
import javaProperties from 'java-properties';
import dotProperties from 'dot-properties';

const keys = ['version', 'build', 'colon', 'blank', 'long'];
fs.writeFileSync('pom.properties', 'version=2.10\nbuild=0123\ncolon: c\nblank b\nlong=one,\\\n  two\n');
const text = fs.readFileSync('pom.properties', 'latin1');
const reader = propertiesReader({ sourceFile: 'pom.properties' });
const java = javaProperties.of('pom.properties');
const show = (name, get) => console.log(name.padEnd(18), ...keys.map((k) => `${k}=${JSON.stringify(get(k) ?? null)}`));
show('properties-reader', (k) => reader.get(k));
show('properties', (k) => properties.parse(text)[k]);
show('java-properties', (k) => java.get(k));
show('dot-properties', (k) => dotProperties.parse(text)[k]);
EOF

quiet npm install --prefix . --no-audit --no-fund properties-reader@3.0.1 properties@1.2.1 java-properties@1.0.2 dot-properties@1.1.2
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
