#!/bin/sh
# mcp-go picks one of two matching resource templates at random for each read.
#
# Packages: github.com/mark3labs/mcp-go v1.2.1
# Guess: The first registered template wins, or the more specific one, or two that overlap are
#   refused.
# Fact: Templates are kept in a map and the first hit of its iteration answers: the same URI
#   reaches now one handler, now the other.
# Matters: "kit://{name}" beside "kit://latest{?version}" works in most tests and answers with
#   the wrong document now and then.
# Output, compared at the end:
#| kit://{name}           answered some of 2000 reads of kit://latest: true, all of them: false
#| kit://latest{?version} answered some of 2000 reads of kit://latest: true, all of them: false
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	s := server.NewMCPServer("s", "1")
	answered := map[string]int{}
	for _, template := range []string{"kit://{name}", "kit://latest{?version}"} {
		s.AddResourceTemplate(mcp.NewResourceTemplate(template, template), func(_ context.Context, r mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			answered[template]++
			return []mcp.ResourceContents{mcp.TextResourceContents{URI: r.Params.URI, Text: template}}, nil
		})
	}
	const reads = 2000
	for range reads {
		s.HandleMessage(context.Background(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"kit://latest"}}`))
	}
	for _, template := range []string{"kit://{name}", "kit://latest{?version}"} {
		fmt.Printf("%-22s answered some of %d reads of kit://latest: %v, all of them: %v\n", template, reads, answered[template] > 0, answered[template] == reads)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/mark3labs/mcp-go@v1.2.1
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
