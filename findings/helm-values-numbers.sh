#!/bin/sh
# Helm 4 renders the value 1000000 as 1e+06 and 2.10 as 2.1, loses the key "on", and keeps all of them with --set.
#
# Packages: helm.sh/helm/v4 v4.3.2
# Guess: A value in values.yaml and the same value given by --set render alike; Helm 4 reads
#   YAML 1.2.
# Fact: values.yaml goes through YAML 1.1 and JSON numbers: large integers are printed as
#   floats, a version loses its zero, 0644 becomes 420, and the unquoted keys on, y and n become
#   "true" and "false" and are not found. --set makes integers int64 and leaves 2.10 and 0644 as
#   text.
# Matters: A limit in bytes, an image tag or a file mode is right in a test with --set and wrong
#   from the file.
# Output, compared at the end:
#| values.yaml  limit: 1e+06  version: 2.1  mode: 420  on:
#| --set        limit: 1000000  version: 2.10  mode: 0644  on: login
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/strvals"
)

func main() {
	write := func(file, text string) {
		if err := os.WriteFile("c/"+file, []byte(text), 0o644); err != nil {
			panic(err)
		}
	}
	if err := os.MkdirAll("c/templates", 0o755); err != nil {
		panic(err)
	}
	write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n")
	write("templates/t.yaml", "limit: {{ .Values.limit }}  version: {{ .Values.version }}  mode: {{ .Values.mode }}  on: {{ .Values.on }}")
	values := "limit: 1000000\nversion: 2.10\nmode: 0644\non: login\n"
	for _, where := range []string{"values.yaml", "--set"} {
		set := map[string]any{}
		if where == "--set" {
			write("values.yaml", "")
			if err := strvals.ParseInto("limit=1000000,version=2.10,mode=0644,on=login", set); err != nil {
				panic(err)
			}
		} else {
			write("values.yaml", values)
		}
		chart, err := loader.LoadDir("c")
		if err != nil {
			panic(err)
		}
		vals, err := util.ToRenderValues(chart, set, common.ReleaseOptions{Name: "r"}, nil)
		if err != nil {
			panic(err)
		}
		out, err := engine.Render(chart, vals)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-12s %s\n", where, strings.TrimSpace(out["c/templates/t.yaml"]))
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get helm.sh/helm/v4@v4.3.2
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
