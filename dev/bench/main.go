// Command bench measures pingkit beside what people use without it, on this machine and in one run: curl, a shell loop, a bare MCP
// server, and, with -base, another build of pingkit. It needs Linux, curl, sha256sum and unzip.
//
//	go run ./bench [-only b,c] [-base DIR] [-write docs/benchmarks.md] DIR
//
// DIR holds the programs mcp-server, pingkit and bare; the last is dev/bench/bare.
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
	"strings"
	"syscall"
	"time"
)

// scale is how much the benchmarks measure.
type scale struct {
	rounds   int
	sizes    []int64 // of downloads, in bytes
	kits     int     // to sync
	kitScale float64 // times their usual sizes
	delay    time.Duration
	starts   int
	burst    time.Duration // of calls
}

var (
	full = scale{rounds: 7, sizes: []int64{50_000_000, 500_000_000}, kits: len(kitSizes), kitScale: 1, delay: 50 * time.Millisecond, starts: 20, burst: 300 * time.Millisecond}
	tiny = scale{rounds: 1, sizes: []int64{100_000}, kits: 3, kitScale: 0.01, delay: 5 * time.Millisecond, starts: 1, burst: 20 * time.Millisecond}
)

// build is one build of pingkit: the directory of its programs.
type build struct{ name, dir string }

func (b build) program(name string) string { return filepath.Join(b.dir, name) }

// bench is one run. The first build is the one under test.
type bench struct {
	scale
	builds []build
	dir    string // temporary files
}

var parts = []struct {
	letter, about string
	measure       func(*bench, context.Context) (section, error)
}{
	{"a", "tool calls over HTTP", (*bench).calls},
	{"b", "downloads, beside curl and sha256sum", (*bench).downloads},
	{"c", "sync, beside a shell loop", (*bench).syncs},
	{"d", "start, memory and size, beside a bare mcp-go server", (*bench).starts},
	{"e", "bytes and tokens that a model reads", (*bench).tokens},
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == upstreamRole {
		exit(serveUpstream(os.Args[2], os.Stdin, os.Stdout))
	}
	s := full
	only := flag.String("only", "", "letters of the parts to measure, such as b,c (default: all)")
	base := flag.String("base", "", "directory of another build's programs, to compare with")
	write := flag.String("write", "", "write the results to this file, in Markdown")
	flag.IntVar(&s.rounds, "rounds", s.rounds, "how often to measure each side")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: bench [flags] DIRECTORY-OF-PROGRAMS")
		flag.PrintDefaults()
		for _, p := range parts {
			fmt.Fprintf(flag.CommandLine.Output(), "part %s: %s\n", p.letter, p.about)
		}
	}
	flag.Parse()
	if flag.NArg() != 1 || s.rounds < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, s, flag.Arg(0), *base, *only, *write, os.Stdout))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures the parts, prints the table to out and writes the document.
func run(ctx context.Context, s scale, programs, base, only, write string, out io.Writer) (err error) {
	if only != "" && write != "" {
		return errors.New("-write takes a run of all parts\nhint: leave out -only")
	}
	b := &bench{scale: s, builds: []build{{"pingkit", programs}}}
	if base != "" {
		b.builds = append(b.builds, build{"base", base})
	}
	for i, one := range b.builds {
		if b.builds[i].dir, err = filepath.Abs(one.dir); err != nil {
			return err
		}
		if _, err := os.Stat(b.builds[i].program("pingkit")); err != nil {
			return fmt.Errorf("no programs to measure: %w\nhint: make build", err)
		}
	}
	load, err := os.ReadFile("/proc/loadavg") // before the benchmarks add to it
	if err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "pingkit-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	var sections []section
	for _, p := range parts {
		if only != "" && !strings.Contains(only, p.letter) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring %s ...\n", p.about)
		s, err := p.measure(b, ctx)
		if err != nil {
			return fmt.Errorf("part %s: %w", p.letter, err)
		}
		s.letter = p.letter
		sections = append(sections, s)
	}
	if len(sections) == 0 {
		return fmt.Errorf("-only %s names no part\nhint: bench -help lists the parts", only)
	}
	if err := printTable(out, sections); err != nil || write == "" {
		return err
	}
	facts, err := machine(ctx, string(load))
	if err != nil {
		return err
	}
	return os.WriteFile(write, []byte(markdown(facts, sections)), 0o644)
}

// side is one way to do a job.
type side struct {
	name string
	run  func(context.Context) (cost, error)
}

// takeTurns has each side do its job once in each round.
func takeTurns(ctx context.Context, rounds int, sides []side) ([][]cost, error) {
	costs := make([][]cost, len(sides))
	for range rounds {
		for i, s := range sides {
			spent, err := s.run(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			costs[i] = append(costs[i], spent)
		}
	}
	return costs, nil
}

// figure is one thing to compare, of which less is better. The aims are the least ratio to the first side beside pingkit, and to
// the base.
type figure struct {
	name         string
	of           func(cost) float64
	format       string
	aim, baseAim float64
	baseOnly     bool // it means nothing beside other programs
}

// sameWork is the least ratio to a base that does the same work: the difference is within the noise of a machine.
const sameWork = 0.95

func wall(aim, baseAim float64) figure {
	return figure{name: "time", of: func(c cost) float64 { return c.wall.Seconds() }, format: "%.3f s", aim: aim, baseAim: baseAim}
}

func cpu(aim, baseAim float64) figure {
	return figure{name: "CPU", of: func(c cost) float64 { return c.cpu.Seconds() }, format: "%.3f s", aim: aim, baseAim: baseAim}
}

func memory() figure {
	return figure{name: "peak memory", of: func(c cost) float64 { return float64(c.memory) / 1e6 }, format: "%.1f MB"}
}

// compare has the sides take turns and returns a row for each figure and side beside the first.
func (b *bench) compare(ctx context.Context, what string, sides []side, figures ...figure) ([]row, error) {
	costs, err := takeTurns(ctx, b.rounds, sides)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return rows(what, sides, costs, figures...), nil
}

func rows(what string, sides []side, costs [][]cost, figures ...figure) (list []row) {
	for _, f := range figures {
		value := func(i int) string { return fmt.Sprintf(f.format, median(each(costs[i], f.of))) }
		compared := len(list)
		for i := 1; i < len(sides); i++ {
			if f.baseOnly && sides[i].name != "base" {
				continue
			}
			r := row{what: what + ": " + f.name, ours: value(0), theirs: sides[i].name + ": " + value(i)}
			for n := range costs[i] {
				r.ratios = append(r.ratios, f.of(costs[i][n])/f.of(costs[0][n]))
			}
			switch {
			case sides[i].name == "base":
				r.aim = f.baseAim
			case i == 1:
				r.aim = f.aim
			}
			list = append(list, r)
		}
		if len(list) == compared {
			list = append(list, row{what: what + ": " + f.name, ours: value(0)})
		}
	}
	return list
}
