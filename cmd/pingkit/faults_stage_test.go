package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// longestRun bounds every process of the suites of faults. It is far more than
// any needs, also on a busy machine: a write whose outcome is in doubt may take
// a minute and a half.
const longestRun = 3 * time.Minute

// stage is where processes run: a sandbox, and folders that hold all they may
// write.
type stage struct {
	*sandbox.Sandbox
	root string
	work string // where they start
	env  []string
}

// newStage makes the folders, and the environment that leads to the sandbox.
func newStage(t *testing.T, s *sandbox.Sandbox) *stage {
	t.Helper()
	g := &stage{Sandbox: s, root: quickDir(t)}
	g.work = filepath.Join(g.root, "work")
	for _, dir := range []string{"work", "home", "temp", "cache"} {
		g.check(t, os.Mkdir(g.path(dir), 0o755))
	}
	g.connect(t, s)
	return g
}

// quickDir is a directory of the test, in memory where the system has one there:
// what these tests do to processes does not depend on what has reached a disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "pingkit-faults-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// startStage is newStage with a sandbox of its own.
func startStage(t *testing.T, options sandbox.Options) *stage {
	t.Helper()
	return newStage(t, sandboxtest.New(t, options))
}

// spares are sandboxes that a test is done with, for the next one: a start takes
// longer than a run of most commands.
type spares struct {
	mu   sync.Mutex
	free []*sandbox.Sandbox
}

var spare spares

// borrow returns a sandbox as it is after its start, for the time of the test.
func (p *spares) borrow(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var s *sandbox.Sandbox
	if n := len(p.free); n > 0 {
		s, p.free = p.free[n-1], p.free[:n-1]
	} else {
		var err error
		if s, err = sandbox.Start(sandbox.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		s.Reset()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free = append(p.free, s)
	})
	return s
}

// connect makes s the sandbox of later runs.
func (g *stage) connect(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	g.Sandbox = s
	ca := g.path("ca.pem")
	g.check(t, os.WriteFile(ca, s.CA(), 0o600))
	g.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + g.path("home"), "TMPDIR=" + g.path("temp"), "XDG_CACHE_HOME=" + g.path("cache"),
		"SSL_CERT_FILE=" + ca, // for a PingOne that speaks TLS
		"PINGKIT_PLAN_KEY_FILE=" + g.path("plan.key"),
		"GORACE=" + quickEnd,
	}
	for _, v := range s.Variables(ca) {
		g.env = append(g.env, v.Name+"="+v.Value)
	}
	g.check(t, os.WriteFile(g.path("plan.key"), []byte("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n"), 0o600))
}

func (g *stage) path(name string) string { return filepath.Join(g.root, name) }

// set overrides variables of the environment: NAME=VALUE, or NAME= for none.
func (g *stage) set(variables ...string) { g.env = append(g.env, variables...) }

// write makes a file of the working directory.
func (g *stage) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(g.work, name)
	g.check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	g.check(t, os.WriteFile(path, []byte(text), 0o644))
}

func (g *stage) check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// outcome is how a process ended.
type outcome struct {
	code           int // as a shell tells it: where a signal ended the process, 128 and the signal's number
	stdout, stderr string
}

func (o outcome) String() string {
	return fmt.Sprintf("exit code %d (%s)\nstdout: %s\nstderr: %s", o.code, kinds[o.code], o.stdout, o.stderr)
}

// command prepares a run, and bounds it.
func (g *stage) command(t *testing.T, name string, args ...string) (cmd *exec.Cmd, end func() outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longestRun)
	cmd = exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = g.work, g.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	return cmd, func() outcome {
		t.Helper()
		defer cancel()
		err := cmd.Wait()
		if ctx.Err() != nil {
			t.Fatalf("%s did not end within %v\nstdout: %s\nstderr: %s", args, longestRun, &stdout, &stderr)
		}
		if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
			t.Fatal(err)
		}
		return outcome{shellCode(cmd.ProcessState), stdout.String(), stderr.String()}
	}
}

// run has pingkit carry out a command line.
func (g *stage) run(t *testing.T, args ...string) outcome {
	t.Helper()
	return g.runProgram(t, "pingkit", args...)
}

func (g *stage) runProgram(t *testing.T, name string, args ...string) outcome {
	t.Helper()
	cmd, end := g.command(t, name, args...)
	g.check(t, cmd.Start())
	return end()
}

// must is run for what has to work.
func (g *stage) must(t *testing.T, args ...string) outcome {
	t.Helper()
	o := g.run(t, args...)
	if o.code != exitDone {
		t.Fatalf("%s: %s", args, o)
	}
	return o
}

// snapshot describes what is below a folder: the digest of each file, where each
// link leads, and the type of all else.
type snapshot map[string]string

func snapshotOf(t *testing.T, dir string) snapshot {
	t.Helper()
	p := snapshot{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		what := d.Type().String()
		switch {
		case d.Type().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what = fmt.Sprintf("%x", sha256.Sum256(data))
		case d.Type()&fs.ModeSymlink != 0:
			if what, err = os.Readlink(path); err != nil {
				return err
			}
		}
		p[filepath.ToSlash(name)] = what
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return p
}

// below is the part of a picture at or below a path.
func (p snapshot) below(path string) snapshot {
	part := snapshot{}
	for name, what := range p {
		if name == path || strings.HasPrefix(name, path+"/") {
			part[name] = what
		}
	}
	return part
}

// less is a picture without what is at or below paths.
func (p snapshot) less(paths ...string) snapshot {
	rest := snapshot{}
	for name, what := range p {
		rest[name] = what
	}
	for _, path := range paths {
		for name := range p.below(path) {
			delete(rest, name)
		}
	}
	return rest
}

// differences tells how two pictures differ, one line for each path.
func (p snapshot) differences(want snapshot) string {
	var b strings.Builder
	for name, what := range want {
		if p[name] != what {
			fmt.Fprintf(&b, "  %s is %q, not %q\n", name, p[name], what)
		}
	}
	for name, what := range p {
		if _, ok := want[name]; !ok {
			fmt.Fprintf(&b, "  %s is there: %q\n", name, what)
		}
	}
	return b.String()
}
