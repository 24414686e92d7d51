package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
	"example.com/pingkit/internal/testutil/syncbuf"
)

// TestMain lets the test binary be the program itself: a command line without
// flags of the test is one of mcp-server's.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || !strings.HasPrefix(os.Args[1], "-test.") {
		if os.Getenv("TEST_READS_SLOWLY") == "" {
			readingTime = 1 // the users of the tests read at once
		}
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

// noSleep keeps the race detector, where it is on, from sleeping for a second at
// the end of each process.
const noSleep = "GORACE=atexit_sleep_ms=0"

// soon is the most that what happens at once may take on a busy machine.
const soon = 5 * time.Second

const (
	legacy = "2025-11-25"
	modern = "2026-07-28"
)

// process is a running mcp-server, spoken to in raw JSON-RPC.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  chan string
	stderr *syncbuf.Buffer
	exited chan error
	era    string
	next   int
	// capabilities are what the client declares, as JSON.
	capabilities string
	// patience is how long an answer may take, where that is longer than usual.
	patience time.Duration
	// stdout is everything that was read, for tests of what may not be there.
	stdout *syncbuf.Buffer
}

// start runs the program with nothing in its environment but env.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	return startWithStderr(t, nil, env, args...)
}

// startWithStderr is start with another stderr than the process's buffer.
func startWithStderr(t *testing.T, stderr *os.File, env []string, args ...string) *process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if len(args) == 0 {
		if overHTTP != nil {
			return overHTTP(t, env)
		}
		args = []string{"stdio"}
	}
	p := &process{
		t: t, cmd: exec.Command(executable, args...), lines: make(chan string, 1000),
		stderr: &syncbuf.Buffer{}, stdout: &syncbuf.Buffer{}, exited: make(chan error, 1), era: legacy, capabilities: "{}",
	}
	p.cmd.Env = append([]string{noSleep, "PINGKIT_DOWNLOAD_DIR=" + t.TempDir(), "XDG_CONFIG_HOME=" + t.TempDir()}, env...)
	p.cmd.Stderr = p.stderr
	if stderr != nil {
		p.cmd.Stderr = stderr
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		scanner := bufio.NewScanner(io.TeeReader(stdout, p.stdout))
		scanner.Buffer(nil, 8<<20)
		for scanner.Scan() {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		p.exited <- p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.stdin.Close()
		select {
		case <-p.exited:
		case <-time.After(patience):
			p.cmd.Process.Kill()
			t.Error("the server did not end with its input")
		}
		if t.Failed() {
			t.Logf("stderr of the server:\n%s", p.stderr)
		}
	})
	return p
}

// against runs the program with the settings that lead to a sandbox of the test.
func against(t *testing.T, box *sandbox.Sandbox, more ...string) *process {
	t.Helper()
	return start(t, append(variables(t, box), more...))
}

func variables(t *testing.T, box *sandbox.Sandbox) []string {
	t.Helper()
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, box.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	var env []string
	for _, v := range box.Variables(caFile) {
		env = append(env, v.Name+"="+v.Value)
	}
	return env
}

func newSandbox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	return sandboxtest.New(t, sandbox.Options{})
}

// end closes the input and waits for the end, which must be a good one.
func (p *process) end() time.Duration {
	p.t.Helper()
	begin := time.Now()
	if err := p.stdin.Close(); err != nil {
		p.t.Fatal(err)
	}
	p.awaitEnd()
	return time.Since(begin)
}

func (p *process) terminate() time.Duration {
	p.t.Helper()
	begin := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	p.awaitEnd()
	return time.Since(begin)
}

func (p *process) awaitEnd() {
	p.t.Helper()
	select {
	case err := <-p.exited:
		p.exited <- nil
		if err != nil {
			p.t.Fatalf("the server ended with %v", err)
		}
	case <-time.After(patience):
		p.t.Fatal("the server did not end")
	}
}
