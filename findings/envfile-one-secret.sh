#!/bin/sh
# An unquoted secret with # or $ in an env file arrives unchanged in two of five readers.
#
# Packages: github.com/docker/cli v29.9.3+incompatible, github.com/compose-spec/compose-go/v2
#   v2.16.2, github.com/joho/godotenv v1.5.1, npm dotenv 18.0.10, Node's own util.parseEnv
# Guess: NAME=value with an unquoted value is the part of the format on which all agree; only
#   quotes differ.
# Fact: dotenv and Node cut an unquoted value at the first "#", even inside a word; Compose
#   expands "$cd" to nothing and turns "$$" into "$"; docker run --env-file keeps quotes as part
#   of the value. Single quotes are read alike by all but Docker.
# Matters: A generated client secret authenticates in a shell and fails in a container; no
#   reader says that it changed it.
# Output, compared at the end:
#| docker     ["A=ab#cd" "B=ab$cd" "C=ab$$cd" "D='ab#c$d'"]
#| compose-go ["A=ab#cd" "B=ab" "C=ab$cd" "D=ab#c$d"]
#| godotenv   ["A=ab#cd" "B=ab$cd" "C=ab$$cd" "D=ab#c$d"]
#| dotenv     ["A=ab" "B=ab$cd" "C=ab$$cd" "D=ab#c$d"]
#| node       ["A=ab" "B=ab$cd" "C=ab$$cd" "D=ab#c$d"]
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.mjs <<'EOF'
import fs from 'node:fs';
import util from 'node:util';
import dotenv from 'dotenv';

const text = fs.readFileSync('secrets.env', 'utf8');
const show = (name, values) => console.log(name.padEnd(10), '[' + Object.entries(values).map(([k, v]) => `"${k}=${v}"`).join(' ') + ']');
show('dotenv', dotenv.parse(text));
show('node', util.parseEnv(text));
EOF

quiet npm install --prefix . --no-audit --no-fund dotenv@18.0.10
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"sort"

	compose "github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/docker/cli/pkg/kvfile"
	"github.com/joho/godotenv"
	"github.com/sirupsen/logrus"
)

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	lines, err := kvfile.Parse("secrets.env", func(string) (string, bool) { return "", false })
	if err != nil {
		panic(err)
	}
	fmt.Printf("docker     %q\n", lines)
	c, err := compose.Read("secrets.env")
	show("compose-go", c, err)
	g, err := godotenv.Read("secrets.env")
	show("godotenv", g, err)
}

func show(name string, values map[string]string, err error) {
	if err != nil {
		panic(err)
	}
	var lines []string
	for k, v := range values {
		lines = append(lines, k+"="+v)
	}
	sort.Strings(lines)
	fmt.Printf("%-10s %q\n", name, lines)
}
EOF
printf '%s\n' 'A=ab#cd' 'B=ab$cd' 'C=ab$$cd' "D='ab#c\$d'" >secrets.env
quiet go mod init finding
quiet env GOFLAGS=-mod=mod go get github.com/docker/cli@v29.9.3+incompatible github.com/compose-spec/compose-go/v2@v2.16.2 github.com/joho/godotenv@v1.5.1
quiet env GOFLAGS=-mod=mod go build -o finding main.go
{ ./finding; node --no-warnings main.mjs; } | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
