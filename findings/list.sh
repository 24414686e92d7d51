#!/bin/sh
# Prints the table of README.md from the second line of each script, and writes it there with -w.
set -eu
cd "$(dirname "$0")"
table() {
	echo '| script | surprise |'
	echo '|---|---|'
	for script in *.sh; do
		[ "$script" = list.sh ] || sed -n "2{s/^# //;s/|/\\\\|/g;s/.*/| [\`${script%.sh}\`]($script) | & |/p;q}" "$script"
	done
}
if [ "${1-}" = -w ]; then
	{ sed '/^| script/,$d' README.md; table; } >README.new
	mv README.new README.md
else
	table
fi
