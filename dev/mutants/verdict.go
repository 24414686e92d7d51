package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// outcome is what became of a mutant.
type outcome string

const (
	caught    outcome = "caught"
	survived  outcome = "SURVIVED" // no test of the package fails
	unbuilt   outcome = "NO BUILD" // the mutant does not compile, so nothing is known
	drifted   outcome = "DRIFTED"  // the patch does not apply any more
	unstarted outcome = "ERROR"    // go test could not be run
)

// verdict is a row of the table.
type verdict struct {
	mutant
	outcome outcome
	by      string // the test that failed
	detail  string // of what is not caught
	took    time.Duration
}

// judge tries mutants against the tests of a module.
type judge struct {
	tester
	scratch string // a directory for overlays

	mu    sync.Mutex
	whole map[string]func() error // whether all tests of a package pass unmutated, by package
}

// sound runs all tests that should notice something on the unmutated tree, which
// must pass, so that a failure later means that a mutant was noticed. A pattern
// that matches no test is an error as well.
func (j *judge) sound(ctx context.Context, all []mutant) error {
	byPackage := map[string][]suite{}
	for _, m := range all {
		byPackage[m.suite.pkg] = append(byPackage[m.suite.pkg], m.suite)
	}
	for pkg, suites := range byPackage {
		slices.SortFunc(suites, func(a, b suite) int { return cmp.Compare(a.run, b.run) })
		suites = slices.Compact(suites)
		r, err := j.test(ctx, "", suites...)
		switch {
		case err != nil:
			return err
		case !r.built:
			return fmt.Errorf("%s does not compile as it is:\n%s", pkg, r.output)
		case r.failed != "":
			return fmt.Errorf("%s of %s fails as it is:\n%s", r.failed, pkg, r.output)
		}
		for _, s := range suites {
			if pattern := regexp.MustCompile(s.run); !slices.ContainsFunc(r.passed, pattern.MatchString) {
				return fmt.Errorf("no test of %s is called %s", pkg, s.run)
			}
		}
	}
	return nil
}

// try breaks the rule and looks whether a test fails: first those that should,
// then all of the package.
func (j *judge) try(ctx context.Context, m mutant) verdict {
	start := time.Now()
	v := verdict{mutant: m}
	v.outcome, v.by, v.detail = j.run(ctx, m)
	v.took = time.Since(start)
	return v
}

func (j *judge) run(ctx context.Context, m mutant) (o outcome, by, detail string) {
	overlay, err := j.overlay(ctx, m)
	if err != nil {
		return drifted, "", err.Error()
	}
	for _, tests := range []suite{m.suite, {pkg: m.suite.pkg}} {
		if tests.run == "" {
			if err := j.passesWhole(ctx, tests.pkg); err != nil {
				return unstarted, "", err.Error()
			}
		}
		r, err := j.test(ctx, overlay, tests)
		switch {
		case err != nil:
			return unstarted, "", err.Error()
		case !r.built:
			return unbuilt, "", r.output
		case r.failed != "":
			return caught, r.failed, ""
		}
	}
	return survived, "", "no test of " + m.suite.pkg + " fails"
}

// overlay writes the mutated copies and the overlay that puts them in place.
func (j *judge) overlay(ctx context.Context, m mutant) (path string, err error) {
	dir, err := os.MkdirTemp(j.scratch, "mutant-")
	if err != nil {
		return "", err
	}
	if err := m.apply(ctx, j.root, dir); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, file := range m.files {
		replace[filepath.Join(j.root, file)] = filepath.Join(dir, file)
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, content, 0o600)
}

// passesWhole reports an error unless all tests of a package pass unmutated. It
// is needed for survivors of the expected tests alone, and asked once.
func (j *judge) passesWhole(ctx context.Context, pkg string) error {
	j.mu.Lock()
	if j.whole == nil {
		j.whole = map[string]func() error{}
	}
	ask := j.whole[pkg]
	if ask == nil {
		ask = sync.OnceValue(func() error {
			r, err := j.test(ctx, "", suite{pkg: pkg})
			if err == nil && (!r.built || r.failed != "") {
				err = fmt.Errorf("%s fails as it is: %s", pkg, cmp.Or(r.failed, r.output))
			}
			return err
		})
		j.whole[pkg] = ask
	}
	j.mu.Unlock()
	return ask()
}
