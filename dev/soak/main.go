// Command soak has many clients call mcp-server over HTTP and over stdio for a long time, while the simulated systems behind it fail
// in every way that the sandbox knows. It counts each write against the sandbox's own ledger, and watches memory, goroutines and open
// files. It prints a table, and exits with 1 if something grew, a write was sent twice or without approval, a result was wrong, or a
// call hung.
//
//	go run ./soak [-for 10m] bin/mcp-server
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options describe a run.
type options struct {
	server        string        // path of mcp-server
	length        time.Duration // of the load
	rate          int           // jobs started per second
	every         time.Duration // between samples
	faulty, calm  time.Duration // phases with and without faults, in turn
	faultsAtATime int           // in one faulty phase
	reset         time.Duration // between two resets of the sandbox's histories
	rest          time.Duration // for the server to come to rest after the load
	seed          uint64
}

func main() {
	o := options{rate: 50, every: 3 * time.Second, faulty: 3 * time.Second, calm: 4 * time.Second, faultsAtATime: 4,
		reset: 30 * time.Second, rest: 2 * time.Minute}
	flag.DurationVar(&o.length, "for", 10*time.Minute, "how long to call")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "the seed of the choice of calls and faults")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: soak [-for DURATION] [-seed N] MCP-SERVER")
		os.Exit(2)
	}
	o.server = flag.Arg(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run is one soak, with its table on out.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.server, err = filepath.Abs(o.server); err != nil {
		return err
	}
	s, err := begin(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d jobs per second for %s, with faults of every kind (-seed %d)\n\n", o.rate, o.length, o.seed)
	s.load(ctx)
	return errors.Join(s.end(ctx), s.report(out))
}
