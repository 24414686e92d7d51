#!/bin/sh
# With WithPaginationLimit mcp-go never lists the third of three resources that share a name.
#
# Packages: github.com/mark3labs/mcp-go v1.2.1
# Guess: Pages go by position or by URI, which is the identity of a resource; names are free to
#   repeat.
# Fact: The cursor is the last name of the page, base64, and the next page begins after that
#   name: everything else called so is skipped. Without a limit all three are listed.
# Matters: Names like README or config repeat across applications; clients see a list that ends
#   early, and no error.
# Output, compared at the end:
#| limit 0: 3 of 3 resources in 1 page(s)
#| limit 2: 2 of 3 resources in 2 page(s)
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
	for _, limit := range []int{0, 2} {
		var options []server.ServerOption
		if limit > 0 {
			options = append(options, server.WithPaginationLimit(limit))
		}
		s := server.NewMCPServer("s", "1", options...)
		for _, uri := range []string{"app://a/config", "app://b/config", "app://c/config"} {
			s.AddResource(mcp.NewResource(uri, "config"), func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) { return nil, nil })
		}
		listed, pages, cursor := 0, 0, ""
		for {
			params, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "resources/list", "params": map[string]string{"cursor": cursor}})
			raw, err := json.Marshal(s.HandleMessage(context.Background(), params))
			if err != nil {
				panic(err)
			}
			var answer struct {
				Result struct {
					Resources  []struct{ URI string }
					NextCursor string
				}
			}
			if err := json.Unmarshal(raw, &answer); err != nil {
				panic(err)
			}
			listed += len(answer.Result.Resources)
			pages++
			if cursor = answer.Result.NextCursor; cursor == "" {
				break
			}
		}
		fmt.Printf("limit %d: %d of 3 resources in %d page(s)\n", limit, listed, pages)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/mark3labs/mcp-go@v1.2.1
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
