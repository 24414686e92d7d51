#!/bin/sh
# One SCIM filter, name eq "pingid", finds a kit called PingID in one of three npm libraries.
#
# Packages: npm scim2-parse-filter 0.2.10, scim-query-filter-parser 2.0.4, scimmy 1.3.5
# Guess: A SCIM string is not case-exact unless its schema says so (RFC 7643, 2.2), so eq, sw
#   and co ignore case everywhere.
# Fact: scim-query-filter-parser ignores case in eq only; the other two compare exactly. A
#   multi-valued attribute (tags eq "mfa") matches in one, matches nothing in another and throws
#   in the third; "pr" holds for an empty list in scim2-parse-filter.
# Matters: A simulator built on one of them passes tests that the real service fails, and the
#   other way round.
# Output, compared at the end:
#| name eq "pingid"  scim2-parse-filter none   scim-query-filter-parser found  scimmy none
#| name sw "ping"    scim2-parse-filter none   scim-query-filter-parser none   scimmy none
#| NAME EQ "PingID"  scim2-parse-filter found  scim-query-filter-parser found  scimmy found
#| tags eq "mfa"     scim2-parse-filter none   scim-query-filter-parser found  scimmy throws
#| owners pr         scim2-parse-filter found  scim-query-filter-parser none   scimmy throws
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

const kits = [{ name: 'PingID', tags: ['mfa'], owners: [] }];
const attempt = (f) => { try { return f() ? 'found' : 'none'; } catch { return 'throws'; } };
for (const text of ['name eq "pingid"', 'name sw "ping"', 'NAME EQ "PingID"', 'tags eq "mfa"', 'owners pr'])
  console.log(text.padEnd(17),
    'scim2-parse-filter', attempt(() => kits.filter(filter(parse(text))).length).padEnd(6),
    'scim-query-filter-parser', attempt(() => kits.filter(compileFilter(text)).length).padEnd(6),
    'scimmy', attempt(() => new SCIMMY.Types.Filter(text).match(kits).length));
EOF

quiet npm install --prefix . --no-audit --no-fund scim2-parse-filter@0.2.10 scim-query-filter-parser@2.0.4 scimmy@1.3.5
node main.mjs | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
