//go:build unix

// Command bench measures pingkit beside what people use today, on this machine
// and in one run, and prints a table. It needs curl and sha256sum.
//
//	go run ./internal/bench bin/pingkit
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

// runs is how often each row is measured; the table shows medians. The two
// sides take turns, so that both meet the same moments of a shared machine.
const runs = 7

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bench PINGKIT")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, pingkit string) error {
	pingkit, err := filepath.Abs(pingkit)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "download, verified (medians of %d)\tpingkit pull\tcurl, then sha256sum\tthroughput, pingkit : curl\tpeak memory of pingkit\n", runs)
	for _, size := range []int64{5_000_000, 50_000_000, 190_000_000} {
		ours, theirs, err := downloads(ctx, pingkit, size)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d MB\t%s\t%s\t%.2f\t%.1f MB\n", size/1_000_000, ours, theirs,
			theirs.wall.Seconds()/ours.wall.Seconds(), float64(ours.memory)/1e6)
	}
	return w.Flush()
}

// cost is what one run of a program took.
type cost struct {
	wall   time.Duration
	cpu    time.Duration // user and system time
	memory int64         // largest resident set, in bytes
}

func (c cost) String() string {
	return fmt.Sprintf("%.2f s, %.2f s CPU", c.wall.Seconds(), c.cpu.Seconds())
}

// median takes the middle of each figure by itself.
func median(costs []cost) cost {
	return cost{
		wall:   middle(costs, func(c cost) time.Duration { return c.wall }),
		cpu:    middle(costs, func(c cost) time.Duration { return c.cpu }),
		memory: middle(costs, func(c cost) int64 { return c.memory }),
	}
}

func middle[T int64 | time.Duration](costs []cost, of func(cost) T) T {
	values := make([]T, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
