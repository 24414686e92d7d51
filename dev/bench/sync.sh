#!/bin/sh
# Installs integration kits as an administrator without pingkit would: carefully,
# one after the other. `make bench` measures pingkit beside it.
#
#   sync.sh LIST CACHE TARGET
#
# Each line of LIST pins a kit: digest, id of the integration, id of the version,
# folder in the archive, folder in the target. The settings are pingkit's
# variables. Archives stay in CACHE. If everything in TARGET is as it was
# installed from the same list, nothing is done.
set -eu
list=$1 cache=$2 target=$3
installed=$target/.installed

if cmp -s "$list" "$installed/list" && (cd "$target" && sha256sum --check --status .installed/digests); then
	exit 0
fi

work=$cache/work token=
mkdir -p "$cache" "$installed"
while read -r digest integration version from to; do
	zip=$cache/$digest.zip
	if ! [ -f "$zip" ] || ! echo "$digest  $zip" | sha256sum --check --status; then
		if [ -z "$token" ]; then
			token=$(curl -sSf -u "$PINGONE_CLIENT_ID:$PINGONE_CLIENT_SECRET" -d grant_type=client_credentials \
				"$PINGONE_AUTH_URL/$PINGONE_ENVIRONMENT_ID/as/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
		fi
		# curl keeps the token from the storage, which is another host.
		curl -sSfL -H "Authorization: Bearer $token" -o "$zip" \
			"$PINGONE_API_URL/environments/$PINGONE_CATALOG_ENVIRONMENT_ID/integrations/$integration/versions/$version/asset"
		echo "$digest  $zip" | sha256sum --check --status
	fi
	unzip -qo "$zip" "$from/*" -d "$work"
	mkdir -p "$target/$to"
	cp -R "$work/$from/." "$target/$to"
	rm -rf "$work"
done <"$list"

(cd "$target" && find . -type f ! -path './.installed/*' -exec sha256sum {} +) >"$installed/digests"
cp "$list" "$installed/list"
