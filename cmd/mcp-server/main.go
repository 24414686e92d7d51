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

// reportError writes why the program fails. It writes to the log once the
// settings are known and say that the log is JSON.
var reportError = func(err error) { fmt.Fprintln(fsutil.Stderr, "mcp-server:", err) }

func main() { os.Exit(run()) }

// exitUsage is the exit code of a wrong command line or setting, as of pingkit.
const exitUsage = 2

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A client that closes its end of stdout first is an end like any other.
	signal.Ignore(syscall.SIGPIPE)
	// Log rotation and service managers send SIGHUP; the server keeps no file open
	// that it would have to reopen.
	signal.Ignore(syscall.SIGHUP)
	started := false
	err := rootCommand(&started).ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	reportError(err)
	if _, settings := errors.AsType[*config.Error](err); settings {
		return exitUsage
	}
	if !started { // what cobra itself finds is a wrong command line
		fmt.Fprintln(fsutil.Stderr, "hint: see `mcp-server --help`")
		return exitUsage
	}
	return 1
}
