// Command mcp-server is an MCP server through which an AI assistant finds and
// fetches PingOne integration kits, and reads, promotes and reverts PingCentral
// applications.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/pingkit/internal/boundedwriter"
)

// reportError writes why the program fails. It writes to the log once the
// settings are known and say that the log is JSON.
var reportError = func(err error) { fmt.Fprintln(boundedwriter.Stderr, "mcp-server:", err) }

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A client that closes its end of stdout first is an end like any other.
	signal.Ignore(syscall.SIGPIPE)
	// Log rotation and service managers send SIGHUP; the server keeps no file open
	// that it would have to reopen.
	signal.Ignore(syscall.SIGHUP)
	if err := rootCommand().ExecuteContext(ctx); err != nil {
		reportError(err)
		return 1
	}
	return 0
}
