//go:build linux

// Command bench measures pingkit beside what people use today, on this machine
// and in one run, prints a table and writes it down with all that belongs to it.
// It needs curl, sha256sum and unzip.
//
//	go run ./dev/bench [-only a,c] [-write docs/benchmarks.md] bin
//
// The last argument is the folder of the programs: mcp-server, pingkit and bare,
// which is dev/bench/bare.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == upstreamRole {
		exit(serveUpstream(os.Stdin, os.Stdout))
	}
	only := flag.String("only", "", "letters of the parts to measure, such as a,c (default: all)")
	write := flag.String("write", "", "write the results to this file, in Markdown")
	tiny := flag.Bool("tiny", false, "as little of everything as possible: the figures mean nothing")
	rounds := flag.Int("rounds", whole.rounds, "how often each side is measured")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: bench [flags] FOLDER-OF-PROGRAMS")
		flag.PrintDefaults()
		for _, p := range parts {
			fmt.Fprintf(flag.CommandLine.Output(), "part %s: %s\n", p.letter, p.about)
		}
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := whole
	s.rounds = max(1, *rounds)
	if *tiny {
		s = smallest
	}
	exit(run(ctx, s, flag.Arg(0), *only, *write, os.Stdout))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// scale is how much is measured.
type scale struct {
	rounds   int
	burst    time.Duration // of calls, in a round
	sizes    []int64       // of downloads
	kits     int           // to sync
	kitScale float64       // times their usual sizes
	away     time.Duration // how much later answers of PingOne begin, where it is not near
	spawns   int
}

var (
	whole = scale{
		rounds: 7, burst: 300 * time.Millisecond, sizes: []int64{50_000_000, 500_000_000},
		kits: 20, kitScale: 1, away: 50 * time.Millisecond, spawns: 20,
	}
	smallest = scale{
		rounds: 1, burst: 20 * time.Millisecond, sizes: []int64{100_000},
		kits: 4, kitScale: 0.01, away: 5 * time.Millisecond, spawns: 1,
	}
)

// bench is one run.
type bench struct {
	scale
	server, pingkit, bare string // paths of the programs
	dir                   string // for everything that is written
	path                  string // leads to the tools
}

type part struct {
	letter, about string
	tools         bool // of others are needed
	measure       func(*bench, context.Context) (section, error)
}

var parts = []part{
	{"a", "tool calls, beside a bare mcp-go server", false, (*bench).calls},
	{"b", "downloads, beside curl and sha256sum", true, (*bench).downloads},
	{"c", "sync, beside a shell loop", true, (*bench).syncs},
	{"d", "start, memory and size, beside a bare mcp-go server", false, (*bench).starts},
	{"e", "bytes and tokens of what a model is given", false, (*bench).weights},
}

// run measures the parts, prints the table to out and writes the document.
func run(ctx context.Context, s scale, programs, only, write string, out io.Writer) (err error) {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	if only != "" && write != "" {
		return errors.New("only a run of all parts is written down")
	}
	b := &bench{scale: s}
	if slices.ContainsFunc(chosen, func(p part) bool { return p.tools }) {
		if b.path, err = searchPath(); err != nil {
			return err
		}
	}
	for name, path := range map[string]*string{"mcp-server": &b.server, "pingkit": &b.pingkit, "bare": &b.bare} {
		if *path, err = filepath.Abs(filepath.Join(programs, name)); err != nil {
			return err
		}
		if _, err := os.Stat(*path); err != nil {
			return fmt.Errorf("build the programs first, as make bench does: %w", err)
		}
	}
	var about machine
	if write != "" {
		if about, err = aboutMachine(ctx); err != nil {
			return err
		}
	}
	if b.dir, err = os.MkdirTemp("", "pingkit-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	var sections []section
	for _, p := range chosen {
		fmt.Fprintf(os.Stderr, "measuring %s ...\n", p.about)
		s, err := p.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("part %s: %w", p.letter, err)
		}
		sections = append(sections, s)
	}
	if err := printTable(out, sections); err != nil || write == "" {
		return err
	}
	return os.WriteFile(write, []byte(markdown(about, sections)), 0o644)
}

// choose returns the parts with those letters, all for none.
func choose(letters string) ([]part, error) {
	if letters == "" {
		return parts, nil
	}
	var chosen []part
	for _, p := range parts {
		if strings.Contains(letters, p.letter) {
			chosen = append(chosen, p)
		}
	}
	known := strings.Join(each(parts, func(p part) string { return p.letter }), ",")
	if rest := strings.Trim(letters, known); rest != "" || len(chosen) == 0 {
		return nil, fmt.Errorf("-only takes letters of %s, not %q", known, letters)
	}
	return chosen, nil
}

// tool is program for the tools, which are found as a shell finds them.
func (b *bench) tool(ctx context.Context, home string, env []string, name string, args ...string) *exec.Cmd {
	return program(ctx, home, append([]string{"PATH=" + b.path, "LC_ALL=C"}, env...), name, args...)
}
