// Command soak has many clients call real servers for a long time, while the
// systems behind them misbehave in every way that the sandbox knows, and counts
// what grows: memory, goroutines, descriptors. It checks each outcome against
// the sandbox's state. It prints a table, and ends with 1 where something grew,
// a write was sent twice, an outcome was wrong, or a call hung.
//
//	go run ./dev/soak [-for 10m] bin/mcp-server bin/pingkit
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

// options are what a run is made of.
type options struct {
	server, pingkit string        // paths of the programs
	length          time.Duration // of the load
	rate            int           // jobs begun in a second
	every           time.Duration // between samples
	rough, calm     time.Duration // how long the systems misbehave, and behave, in turn
	spells          int           // troubles in one rough time
	reset           time.Duration // after what time histories are shortened
	rest            time.Duration // how long the servers have to come to rest
	growth          bool          // judge growth, which takes minutes to see
	seed            uint64
}

func main() {
	o := options{
		rate: 50, every: 3 * time.Second, rough: 3 * time.Second, calm: 4 * time.Second, spells: 4,
		reset: 30 * time.Second, rest: 2 * time.Minute, growth: true,
	}
	flag.DurationVar(&o.length, "for", 10*time.Minute, "how long to call")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what the choice of calls and troubles begins with")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: soak [-for DURATION] [-seed N] MCP-SERVER PINGKIT")
		os.Exit(2)
	}
	o.server, o.pingkit = flag.Arg(0), flag.Arg(1)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run is one soak, with its table on out.
func run(ctx context.Context, o options, out io.Writer) error {
	var err error
	if o.server, err = filepath.Abs(o.server); err != nil {
		return err
	}
	if o.pingkit, err = filepath.Abs(o.pingkit); err != nil {
		return err
	}
	s, err := begin(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d jobs a second for %s, troubles of every kind in between (-seed %d)\n\n", o.rate, o.length, o.seed)
	s.load(ctx)
	if err := errors.Join(s.end(ctx), s.show(out)); err != nil {
		return err
	}
	return s.verdict(out)
}
