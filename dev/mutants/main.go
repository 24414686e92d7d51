// Command mutants breaks each safety rule of the module on purpose, one at a
// time, and shows that a test fails. It prints a table, and ends with 1 where a
// broken rule is not noticed or a patch does not apply any more.
//
// A mutant is a patch in testdata. It is applied to copies of files, which go test
// reads in place of the files (-overlay): the work tree is not touched.
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
	all, err := load(filepath.Join(root, patches))
	if err != nil {
		return err
	}
	all = matching(all, pattern)
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

// moduleRoot is the product's module: the one above this tool's.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(filepath.Dir(strings.TrimSpace(string(out)))), nil
}

// tryAll tries each mutant; the verdicts have the order of the mutants.
func (j *judge) tryAll(ctx context.Context, all []mutant, parallel int) ([]verdict, error) {
	verdicts := make([]verdict, len(all))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, m := range all {
		group.Go(func() error {
			verdicts[i] = j.try(ctx, m)
			return ctx.Err()
		})
	}
	return verdicts, group.Wait()
}

// show prints the table. Its error names how many rules could be broken without
// a test that notices.
func show(out io.Writer, verdicts []verdict, took time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var failures []verdict
	before := ""
	for _, v := range verdicts {
		if v.rule != before {
			fmt.Fprintf(w, "%s\n", strings.ToUpper(v.rule[:1])+v.rule[1:])
			before = v.rule
		}
		noticed := v.by
		if v.outcome != caught {
			noticed = string(v.outcome)
			failures = append(failures, v)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%.1f s\n", v.what, strings.Join(v.files, ", "), noticed, v.took.Seconds())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%d of %d mutants were noticed; %.0f s in all.\n", len(verdicts)-len(failures), len(verdicts), took.Seconds())
	if len(failures) == 0 {
		return nil
	}
	for _, v := range failures {
		fmt.Fprintf(out, "\n%s: %s\n%s\n", v.outcome, v.mutant, v.detail)
	}
	return fmt.Errorf("%d mutants were not noticed, or could not be tried", len(failures))
}
