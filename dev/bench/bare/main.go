// Command bare is the least MCP server that mcp-go makes: one tool, echo, and
// nothing around it. The benchmarks measure what pingkit adds to that.
//
//	bare stdio
//	bare http     (on a free port, which it tells on stderr)
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	s := server.NewMCPServer("bare", "1")
	s.AddTool(mcp.NewTool("echo",
		mcp.WithDescription("Repeats a text up to a length."),
		mcp.WithString("text", mcp.Required()),
		mcp.WithNumber("length", mcp.Required()),
	), echo)
	switch {
	case len(args) == 1 && args[0] == "stdio":
		return server.NewStdioServer(s).Listen(ctx, os.Stdin, os.Stdout)
	case len(args) == 1 && args[0] == "http":
		return serve(ctx, s)
	}
	return errors.New("usage: bare stdio|http")
}

// echoed is structured content, as the answers of pingkit's tools have it.
type echoed struct {
	Echo string `json:"echo"`
}

// echo answers a short question at length, in both forms that MCP asks for: so
// its answer can have the size of another tool's, and its arguments as well.
func echo(_ context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	text, length := request.GetString("text", ""), request.GetInt("length", 0)
	if text == "" || length < 0 || length > 1<<20 {
		return mcp.NewToolResultError("echo takes a text, and a length of at most a MiB"), nil
	}
	return mcp.NewToolResultStructuredOnly(echoed{strings.Repeat(text, length/len(text)+1)[:length]}), nil
}

func serve(ctx context.Context, s *server.MCPServer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", server.NewStreamableHTTPServer(s))
	web := &http.Server{Handler: mux}
	fmt.Fprintf(os.Stderr, "bare: MCP at http://%s/mcp\n", listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return web.Close()
	}
}
