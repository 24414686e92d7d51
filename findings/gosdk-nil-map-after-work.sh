#!/bin/sh
# In the official Go SDK a nil map in a tool's output turns finished work into protocol error 0.
#
# Packages: github.com/modelcontextprotocol/go-sdk v1.8.0
# Guess: The output schema made from a Go struct fits every value of that struct; a nil map is
#   as good as a nil slice.
# Fact: A nil slice is allowed (null or array), a nil map is not (object only), and
#   json.RawMessage is declared as an array of bytes. The output is checked after the handler
#   ran: the caller gets a JSON-RPC error with code 0 and no result.
# Matters: The write was made, the client reads "failed" and tries again. Fill maps, or give the
#   output schema by hand.
# Output, compared at the end:
#| nil_slice  handler ran 1 time, answer: result
#| nil_map    handler ran 1 time, answer: error 0
#| raw_object handler ran 1 time, answer: error 0
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
	"errors"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type slice struct {
	Value []string `json:"value"`
}

type dict struct {
	Value map[string]string `json:"value"`
}

type raw struct {
	Value json.RawMessage `json:"value"`
}

var done int

func add[T any](server *mcp.Server, name string, out T) {
	mcp.AddTool(server, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, T, error) {
		done++
		return nil, out, nil
	})
}

func main() {
	ctx := context.Background()
	server := mcp.NewServer(&mcp.Implementation{Name: "s", Version: "1"}, nil)
	add(server, "nil_slice", slice{})
	add(server, "nil_map", dict{})
	add(server, "raw_object", raw{json.RawMessage(`{"a":1}`)})
	here, there := mcp.NewInMemoryTransports()
	if _, err := server.Connect(ctx, here, nil); err != nil {
		panic(err)
	}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "c", Version: "1"}, nil).Connect(ctx, there, nil)
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"nil_slice", "nil_map", "raw_object"} {
		done = 0
		_, err := session.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: map[string]any{}})
		answer := "result"
		var wire *jsonrpc.Error
		if errors.As(err, &wire) {
			answer = fmt.Sprintf("error %d", wire.Code)
		} else if err != nil {
			answer = err.Error()
		}
		fmt.Printf("%-10s handler ran %d time, answer: %s\n", name, done, answer)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/modelcontextprotocol/go-sdk@v1.8.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
