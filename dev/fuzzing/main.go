// Command fuzzing runs every fuzz test of the module, one after the other and
// each for the same time, and says how much was tried.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// minimize bounds how long Go looks for the smallest input that fails.
const minimize = "20x"

func main() {
	each := flag.Duration("for", 20*time.Second, "how long each test runs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *each); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// test is a fuzz test of a package.
type test struct{ folder, name string }

func run(ctx context.Context, out io.Writer, each time.Duration) error {
	list, err := exec.CommandContext(ctx, "go", "test", "-list", "^Fuzz", "./...").CombinedOutput()
	if err != nil {
		return fmt.Errorf("listing the fuzz tests: %w\n%s", err, list)
	}
	tests := parse(string(list))
	begin, total := time.Now(), 0
	var failed []string
	for _, t := range tests {
		output, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$",
			"-fuzztime", each.String(), "-fuzzminimizetime", minimize, t.folder).CombinedOutput()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n := tried(output)
		total += n
		fmt.Fprintf(out, "%10d  %s %s\n", n, t.folder, t.name)
		if err != nil {
			failed = append(failed, t.folder+" "+t.name)
			fmt.Fprintf(out, "FAILED: %v\n%s\n", err, failure(output))
		}
	}
	fmt.Fprintf(out, "%10d  inputs for %d tests in %s\n", total, len(tests), time.Since(begin).Round(time.Second))
	if len(failed) > 0 {
		return fmt.Errorf("%d failed: %s; add the input to the seeds when it is mended", len(failed), strings.Join(failed, ", "))
	}
	return nil
}

// parse reads what go test -list prints: names, and after those of a package a
// line "ok" with its path.
func parse(list string) (tests []test) {
	var names []string
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 0 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) > 1 && fields[0] == "ok":
			for _, name := range names {
				tests = append(tests, test{fields[1], name})
			}
			names = nil
		}
	}
	return tests
}

var execs = regexp.MustCompile(`execs: (\d+)`)

// tried returns how many inputs go test says that it tried.
func tried(output []byte) int {
	all := execs.FindAllSubmatch(output, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(string(all[len(all)-1][1])) // digits, and not many
	return n
}

// failure is the output without the lines of progress.
func failure(output []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(output) {
		if !bytes.HasPrefix(line, []byte("fuzz: elapsed:")) {
			kept = append(kept, line...)
		}
	}
	return bytes.TrimSpace(kept)
}
