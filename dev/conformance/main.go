// Command conformance serves the fixtures of MCP's conformance suite with the
// middleware and the transports of the product, over HTTP or, with the argument
// stdio, over stdin and stdout. It is for tests alone: see the targets
// conformance and clients of the Makefile.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/httptransport"
	"example.com/pingkit/internal/tools"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	s := mcpserver.New(&tools.Deps{}, mcpserver.Options{Version: "fixtures", Logger: logger})
	// What the product does not offer, and the suite wants to see.
	for _, capability := range []server.ServerOption{
		server.WithLogging(), server.WithElicitation(),
		server.WithToolCapabilities(true), server.WithPromptCapabilities(true), server.WithResourceCapabilities(true, true),
	} {
		capability(s.MCPServer)
	}
	s.EnableSampling()
	addTools(s)
	addElicitingTools(s)
	addInputRequired(s)
	addPrompts(s)
	addResources(s)
	if len(os.Args) > 1 && os.Args[1] == "stdio" {
		return s.Stdio(ctx, os.Stdin, os.Stdout, mcpserver.DefaultStdioGrace)
	}
	handler, err := httptransport.New(s.MCPServer, httptransport.Options{Logger: logger, Listening: true})
	if err != nil {
		return err
	}
	listener, err := httptransport.Listen(ctx, "127.0.0.1:0", false)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "conformance: MCP at http://%s%s\n", listener.Addr(), httptransport.Endpoint)
	return handler.Serve(ctx, listener)
}
