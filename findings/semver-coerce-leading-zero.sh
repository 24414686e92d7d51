#!/bin/sh
# npm semver.coerce gives null for 2.06 and drops the fourth part of 1.1.1.2.
#
# Packages: npm semver 7.8.6, compare-versions 6.1.1
# Guess: coerce finds a version in nearly any text, so 2.06 becomes 2.6.0; what cannot be read
#   throws.
# Fact: 2.06 is null (no error), 1.1.1.2 is 1.1.1 and a pre-release is dropped, so that two
#   releases compare as equal. maxSatisfying skips a four-part version without a word.
#   compare-versions orders all of them.
# Matters: Four-part and zero-padded numbers are common in kits for identity servers; a bump
#   tool built on coerce misses or merges them.
# Output, compared at the end:
#| 2.06     coerce null
#| 2.6      coerce 2.6.0
#| 1.1.1.2  coerce 1.1.1
#| 1.1.1    coerce 1.1.1
#| 3.0-rc1  coerce 3.0.0
#| 52.137   coerce 52.137.0
#| maxSatisfying 1.1.0, 1.1.1.2: 1.1.0
#| compareVersions 2.06 2.6: 0  1.1.1.2 1.1.1: 1
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import semver from 'semver';
import { compareVersions } from 'compare-versions';

for (const v of ['2.06', '2.6', '1.1.1.2', '1.1.1', '3.0-rc1', '52.137'])
  console.log(v.padEnd(8), 'coerce', semver.coerce(v)?.version ?? null);
console.log('maxSatisfying 1.1.0, 1.1.1.2:', semver.maxSatisfying(['1.1.0', '1.1.1.2'], '>=1'));
console.log('compareVersions 2.06 2.6:', compareVersions('2.06', '2.6'), ' 1.1.1.2 1.1.1:', compareVersions('1.1.1.2', '1.1.1'));
EOF

quiet npm install --prefix . --no-audit --no-fund semver@7.8.6 compare-versions@6.1.1
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
