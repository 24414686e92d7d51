package mcpserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
	"example.com/pingkit/internal/tools"
)

// BenchmarkCall measures a call of list_versions over stdio,
// and beside it a bare mcp-go server that answers as much.
func BenchmarkCall(b *testing.B) {
	box := sandboxtest.New(b, sandbox.Options{})
	api, err := connect.NewPingOne(box.PingOne())
	if err != nil {
		b.Fatal(err)
	}
	defer api.CloseIdleConnections()
	deps := &tools.Deps{
		Catalog:    catalog.New(func() (*connect.PingOne, error) { return api, nil }, sandbox.CatalogEnvironmentID),
		HasPingOne: true,
	}
	ours := mcpserver.New(deps, mcpserver.Options{Version: "1", Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	b.Run("list_versions", func(b *testing.B) {
		measure(b, func(ctx context.Context, in io.Reader, out io.Writer) error {
			return ours.Stdio(ctx, in, out, mcpserver.DefaultStdioGrace)
		}, "list_versions", fmt.Sprintf(`{"integration":%q}`, sandbox.PingIDKit))
	})

	type echoed struct {
		Echo string `json:"echo"`
	}
	bare := server.NewMCPServer("bare", "1")
	bare.AddTool(mcp.NewTool("echo", mcp.WithString("text")), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultStructuredOnly(echoed{strings.Repeat("x", 630)}), nil
	})
	b.Run("bare", func(b *testing.B) {
		measure(b, server.NewStdioServer(bare).Listen, "echo", `{"text":"PingID Integration Kit"}`)
	})
}

// measure makes calls over stdio, one after another.
func measure(b *testing.B, listen func(context.Context, io.Reader, io.Writer) error, tool, arguments string) {
	b.Helper()
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- listen(b.Context(), in, out) }()
	lines := bufio.NewReaderSize(answers, 64<<10)
	size, id := 0, 0
	call := func(method, params string) {
		id++
		if _, err := fmt.Fprintf(requests, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", id, method, params); err != nil {
			b.Fatal(err)
		}
		line, err := lines.ReadSlice('\n')
		if err != nil || strings.Contains(string(line), `"isError":true`) {
			b.Fatalf("%s: %v", line, err)
		}
		size = len(line)
	}
	call("initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"b","version":"1"}}`)
	b.ReportAllocs()
	for b.Loop() {
		call("tools/call", fmt.Sprintf(`{"name":%q,"arguments":%s}`, tool, arguments))
	}
	b.ReportMetric(float64(size), "bytes")
	if err := requests.Close(); err != nil {
		b.Fatal(err)
	}
	if err := <-ended; err != nil && err != io.EOF {
		b.Error(err)
	}
}
