// Command mutants breaks each safety rule of the module on purpose, one at a
// time, and shows that a test fails. It prints a table, and ends with 1 where a
// broken rule is not noticed or the list of mutants is out of date.
//
// A mutant is a changed copy of one file, which go test reads in the file's
// place (-overlay): the work tree is not touched.
//
//	go run ./dev/mutants [-only PATTERN] [-parallel 2]
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
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	only := flag.String("only", "", "try those alone whose rule, words or file match this `pattern`")
	parallel := flag.Int("parallel", 2, "how many are tried at once")
	flag.Parse()
	if flag.NArg() > 0 || *parallel < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *only, *parallel); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, only string, parallel int) (err error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "pingkit-mutants-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	all := matching(sections(), pattern)
	j := &judge{tester: tester{root: root, timeout: "2m"}, scratch: scratch}
	start := time.Now()
	if err := j.sound(ctx, all); err != nil {
		return fmt.Errorf("before any rule was broken: %w", err)
	}
	fmt.Fprintf(out, "The tests that should notice pass on the tree as it is (%.0f s).\n\n", time.Since(start).Seconds())
	verdicts, err := j.tryAll(ctx, all, parallel)
	if err != nil {
		return err
	}
	return show(out, verdicts, time.Since(start))
}

// moduleRoot is the directory of go.mod.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// tryAll tries each mutant; the verdicts stand in the order of the table.
func (j *judge) tryAll(ctx context.Context, all []section, parallel int) ([]verdict, error) {
	var verdicts []*verdict
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, s := range all {
		for _, m := range s.mutants {
			v := &verdict{}
			verdicts = append(verdicts, v)
			group.Go(func() error {
				*v = j.try(ctx, s, m)
				return ctx.Err()
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	list := make([]verdict, len(verdicts))
	for i, v := range verdicts {
		list[i] = *v
	}
	return list, nil
}

// show prints the table. Its error names how many rules could be broken without
// a test that notices.
func show(out io.Writer, verdicts []verdict, took time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var failures []verdict
	before := ""
	for _, v := range verdicts {
		if v.section != before {
			fmt.Fprintf(w, "%s\n", strings.ToUpper(v.section[:1])+v.section[1:])
			before = v.section
		}
		noticed := v.by
		if v.outcome != caught {
			noticed = string(v.outcome)
			failures = append(failures, v)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%.1f s\n", v.what, v.file, noticed, v.took.Seconds())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d of %d mutants were noticed; %.0f s in all.\n", len(verdicts)-len(failures), len(verdicts), took.Seconds())
	if len(failures) == 0 {
		return nil
	}
	for _, v := range failures {
		fmt.Fprintf(out, "\n%s: %s (%s)\n%s\n", v.outcome, v.what, v.file, v.detail)
	}
	return fmt.Errorf("%d mutants were not noticed, or could not be tried", len(failures))
}
