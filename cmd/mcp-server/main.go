// Command mcp-server is an MCP server through which an AI assistant finds and
// fetches PingOne integration kits, and reads, promotes and reverts PingCentral
// applications.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/fsutil"
)

func main() { os.Exit(run()) }

// exitUsage is the exit code of a wrong command line or setting, as of pingkit.
const exitUsage = 2

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A client that closes its end of stdout first is an end like any other.
	signal.Ignore(syscall.SIGPIPE)
	started := false
	err := rootCommand(&started).ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(fsutil.Stderr, "mcp-server:", err)
	if _, settings := errors.AsType[*config.Error](err); settings {
		return exitUsage
	}
	if !started { // what cobra itself finds is a wrong command line
		fmt.Fprintln(fsutil.Stderr, "hint: see `mcp-server --help`")
		return exitUsage
	}
	return 1
}
