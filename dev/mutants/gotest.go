package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// report is what one run of go test says.
type report struct {
	passed []string // names of top-level tests
	failed string   // the first test that failed, subtests before the test that holds them
	built  bool     // the package and its tests compiled
	output string   // the end of what was printed, for people
}

// tester runs tests of a module.
type tester struct {
	root    string // of the module
	timeout string // of one run, as go test takes it
}

// test runs a suite, with the files of an overlay in place of those of the tree
// (see go help build); an empty overlay is none. The work tree is not touched.
// Its error is one of the go command itself, not that of a test.
func (t tester) test(ctx context.Context, overlay string, suites ...suite) (report, error) {
	args := []string{"test", "-json", "-vet=off", "-failfast", "-ldflags=-s -w", "-timeout=" + t.timeout}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	var patterns []string
	for _, s := range suites {
		if s.run != "" {
			patterns = append(patterns, s.run)
		}
	}
	if len(patterns) > 0 {
		args = append(args, "-run="+strings.Join(patterns, "|"))
	}
	args = append(args, suites[0].pkg) // they are of one package
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = t.root
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return report{}, fmt.Errorf("go test: %w", err)
	}
	if ctx.Err() != nil {
		return report{}, ctx.Err()
	}
	r := parse(out)
	if err != nil && r.built && r.failed == "" {
		return report{}, fmt.Errorf("go test ended with %w and named no test: %s%s", err, tail(complaints.String()), r.output)
	}
	return r, nil
}

// event is a line of go test -json (see go doc cmd/test2json).
type event struct {
	Action, Test, Output, FailedBuild string
}

// parse reads the events of one package.
func parse(out []byte) report {
	r := report{built: true}
	var text strings.Builder
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // what a test printed past the end of its line
		}
		switch {
		case e.Action == "build-fail" || e.FailedBuild != "":
			r.built = false
		case e.Action == "output" || e.Action == "build-output":
			text.WriteString(e.Output)
		case e.Test == "":
		case e.Action == "fail" && r.failed == "":
			r.failed = e.Test
		case e.Action == "pass" && !strings.Contains(e.Test, "/"):
			r.passed = append(r.passed, e.Test)
		}
	}
	r.output = tail(text.String())
	return r
}

// tail is the end of a text, for an error.
func tail(text string) string {
	const most = 2000
	if len(text) > most {
		text = "…" + text[len(text)-most:]
	}
	return strings.TrimSpace(text)
}
