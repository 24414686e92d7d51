package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// patches is where the mutants are, below the module's root: a folder for each
// rule, and in it a patch for each way to break it.
const patches = "dev/mutants/testdata"

// mutant is a safety rule broken on purpose: a patch whose header says which
// rule, how it is broken, and which tests should notice.
//
//	Rule: a token stays with its API
//	Broken: any host may have the token
//	Tests: ./connect TestNextRefuses|TestTokenIsBound
//
//	--- a/connect/origin.go
//	+++ b/connect/origin.go
//	…
type mutant struct {
	rule, what string
	suite      suite
	files      []string // that the patch changes, below the module's root
	patch      []byte
}

// suite is a part of a package's tests.
type suite struct {
	pkg string // as the go command takes it, relative to the module's root
	run string // pattern of test names; empty means all
}

// load reads every patch below a directory, in the order of their paths.
func load(dir string) ([]mutant, error) {
	var all []mutant
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := parseMutant(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, m)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("no mutant in %s", dir)
	}
	return all, err
}

var (
	header  = regexp.MustCompile(`^Rule: (.+)\nBroken: (.+)\nTests: (\./\S+) (\S+)\n\n--- a/`)
	changed = regexp.MustCompile(`(?m)^\+\+\+ b/(.+)$`)
)

func parseMutant(text []byte) (mutant, error) {
	fields := header.FindSubmatch(text)
	if fields == nil {
		return mutant{}, errors.New("it does not begin with Rule, Broken, Tests (a package and a pattern) and a patch")
	}
	m := mutant{
		rule: string(fields[1]), what: string(fields[2]),
		suite: suite{string(fields[3]), string(fields[4])}, patch: text,
	}
	if _, err := regexp.Compile(m.suite.run); err != nil {
		return mutant{}, fmt.Errorf("the pattern of its tests: %w", err)
	}
	for _, file := range changed.FindAllSubmatch(text, -1) {
		m.files = append(m.files, string(file[1]))
	}
	return m, nil
}

func (m mutant) String() string {
	return fmt.Sprintf("%s: %s (%s)", m.rule, m.what, strings.Join(m.files, ", "))
}

// apply copies the mutant's files from root to dir, and changes the copies. The
// patch may be meant for other line numbers; where its text is gone, it says
// nothing of the rule any more, which is an error.
func (m mutant) apply(ctx context.Context, root, dir string) error {
	for _, file := range m.files {
		source, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		copied := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(copied), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(copied, source, 0o600); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, "git", "apply", "-C1", "-")
	cmd.Dir = dir
	// Nothing is a repository here, whatever the directory is in.
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	cmd.Stdin = bytes.NewReader(m.patch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git apply: %w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

// matching returns those mutants whose rule, words or files match the pattern.
func matching(all []mutant, pattern *regexp.Regexp) []mutant {
	return slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return !pattern.MatchString(m.String()) })
}
