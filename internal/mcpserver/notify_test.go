package mcpserver

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// reports is a tool that reports right before it ends.
func reports(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	tools.ProgressOf(ctx)(1, 2, "")
	return mcp.NewToolResultText("done"), nil
}

// TestProgressComesBeforeTheResult makes many calls over stdio. By way of
// mcp-go's queue a third of the reports come after their results.
func TestProgressComesBeforeTheResult(t *testing.T) {
	const calls = 300
	s := &Server{MCPServer: server.NewMCPServer("test", "1"), logger: slog.New(slog.DiscardHandler)}
	s.Use(progress)
	s.AddTool(mcp.Tool{Name: "tool", RawInputSchema: json.RawMessage(`{"type":"object"}`)}, reports)
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- s.Stdio(t.Context(), in, out, DefaultStdioGrace) }()
	lines := make(chan string, 10*calls)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(answers); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	exchange := func(request string) (seen []string) {
		if _, err := io.WriteString(requests, request+"\n"); err != nil {
			t.Fatal(err)
		}
		for line := range lines {
			var m struct{ Method string }
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			if m.Method == "" {
				return seen
			}
			seen = append(seen, m.Method)
		}
		t.Fatal("the server ended")
		return nil
	}
	exchange(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`)
	late := 0
	for id := range calls {
		if len(exchange(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"tool","_meta":{"progressToken":%d}}}`, id+1, id))) != 1 {
			late++
		}
	}
	if late > 0 {
		t.Errorf("of %d calls %d had their progress after the result", calls, late)
	}
	if err := requests.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
