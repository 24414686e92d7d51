#!/bin/sh
# A SCIM filter compares 11:00+02:00 with 09:30Z as text in two of three npm libraries.
#
# Packages: npm scim2-parse-filter 0.2.10, scim-query-filter-parser 2.0.4, scimmy 1.3.5
# Guess: gt and lt on a dateTime compare instants (RFC 7644, 3.4.2.2: chronologically), whatever
#   the offset or fraction.
# Fact: scim2-parse-filter and scim-query-filter-parser compare the characters: an earlier
#   instant written with an offset counts as later, and "…00Z" as later than "…00.500Z". scimmy
#   compares instants.
# Matters: "Changed since" queries lose or repeat entries as soon as one side writes an offset
#   or milliseconds.
# Output, compared at the end:
#| 2026-11-30T11:00:00+02:00 later: false  scim2-parse-filter true   scim-query-filter-parser true   scimmy false
#| 2026-11-30T09:30:00.500Z  later: true   scim2-parse-filter false  scim-query-filter-parser false  scimmy true
#| 2026-11-30T05:00:00-05:00 later: true   scim2-parse-filter false  scim-query-filter-parser false  scimmy true
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import { parse, filter } from 'scim2-parse-filter';
import { compileFilter } from 'scim-query-filter-parser';
import SCIMMY from 'scimmy';

const text = 'modified gt "2026-11-30T09:30:00Z"';
for (const [modified, later] of [
  ['2026-11-30T11:00:00+02:00', false], ['2026-11-30T09:30:00.500Z', true], ['2026-11-30T05:00:00-05:00', true],
]) {
  const kits = [{ modified }];
  console.log(modified.padEnd(25), 'later:', String(later).padEnd(5),
    ' scim2-parse-filter', String(kits.filter(filter(parse(text))).length === 1).padEnd(5),
    ' scim-query-filter-parser', String(kits.filter(compileFilter(text)).length === 1).padEnd(5),
    ' scimmy', new SCIMMY.Types.Filter(text).match(kits).length === 1);
}
EOF

quiet npm install --prefix . --no-audit --no-fund scim2-parse-filter@0.2.10 scim-query-filter-parser@2.0.4 scimmy@1.3.5
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
