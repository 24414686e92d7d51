package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pingkit/internal/sandbox"
)

// TestMain lets the test binary be the program itself: a command line without
// flags of the test is one of mcp-server's.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || !strings.HasPrefix(os.Args[1], "-test.") {
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
	stderr *buffer
	exited chan error
	era    string
	next   int
	// capabilities are what the client declares, as JSON.
	capabilities string
	// patience is how long an answer may take, where that is longer than usual.
	patience time.Duration
	// stdout is everything that was read, for tests of what may not be there.
	stdout *buffer
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs the program with nothing in its environment but env.
func start(t *testing.T, env []string, args ...string) *process {
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
		stderr: &buffer{}, stdout: &buffer{}, exited: make(chan error, 1), era: legacy, capabilities: "{}",
	}
	p.cmd.Env = append([]string{noSleep, "PINGKIT_DOWNLOAD_DIR=" + t.TempDir()}, env...)
	p.cmd.Stderr = p.stderr
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
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return box
}

// greet opens the connection in an era, with what the client can do.
func (p *process) greet(era, capabilities string) *process {
	p.t.Helper()
	if overHTTP != nil {
		era = modern
	}
	p.era, p.capabilities = era, capabilities
	if era == legacy {
		p.result("initialize", fmt.Sprintf(`{"protocolVersion":%q,"capabilities":%s,"clientInfo":{"name":"test","version":"1"}}`, legacy, capabilities))
		p.send(`{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	}
	return p
}

func (p *process) send(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// message is any JSON-RPC message.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   *struct {
		Code    int
		Message string
	} `json:"error"`
}

// receive returns the next message; anything on stdout that is none fails.
func (p *process) receive() message {
	p.t.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			p.t.Fatal("the server ended")
		}
		var m message
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.JSONRPC != "2.0" {
			p.t.Fatalf("stdout has %q, which is no JSON-RPC", line)
		}
		return m
	case <-time.After(max(patience, p.patience)):
		p.t.Fatal("no answer")
	}
	return message{}
}

// request sends a request and returns its id.
func (p *process) request(method, params string) string {
	p.t.Helper()
	p.next++
	if p.era == modern {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(params), &fields); err != nil {
			p.t.Fatal(err)
		}
		meta := map[string]json.RawMessage{}
		if raw, ok := fields["_meta"]; ok {
			if err := json.Unmarshal(raw, &meta); err != nil {
				p.t.Fatal(err)
			}
		}
		meta["io.modelcontextprotocol/protocolVersion"] = json.RawMessage(`"` + modern + `"`)
		meta["io.modelcontextprotocol/clientCapabilities"] = json.RawMessage(p.capabilities)
		fields["_meta"] = encode(p.t, meta)
		params = string(encode(p.t, fields))
	}
	p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, p.next, method, params))
	return fmt.Sprint(p.next)
}

// result sends a request and returns its result; what comes before is dropped.
func (p *process) result(method, params string) json.RawMessage {
	p.t.Helper()
	id := p.request(method, params)
	for {
		m := p.receive()
		if string(m.ID) != id || m.Method != "" {
			continue
		}
		if m.Error != nil {
			p.t.Fatalf("%s %s: %d %s", method, params, m.Error.Code, m.Error.Message)
		}
		return m.Result
	}
}

// answer is the result of a tool call.
type answer struct {
	IsError    bool
	Content    []struct{ Type, Text, URI, MIMEType string }
	Structured json.RawMessage `json:"structuredContent"`
	// of a result that asks, in the modern era
	ResultType    string                     `json:"resultType"`
	InputRequests map[string]json.RawMessage `json:"inputRequests"`
	RequestState  string                     `json:"requestState"`
}

func (a answer) text() string {
	if len(a.Content) == 0 {
		return ""
	}
	return a.Content[0].Text
}

func callParams(t *testing.T, tool, args string) string {
	t.Helper()
	return fmt.Sprintf(`{"name":%q,"arguments":%s}`, tool, args)
}

// call calls a tool.
func (p *process) call(tool, args string) answer {
	p.t.Helper()
	var a answer
	decode(p.t, p.result("tools/call", callParams(p.t, tool, args)), &a)
	return a
}

// ok calls a tool, which must succeed, and reads its structured content into v.
func (p *process) ok(tool, args string, v any) answer {
	p.t.Helper()
	a := p.call(tool, args)
	if a.IsError {
		p.t.Fatalf("%s %s: %s", tool, args, a.text())
	}
	decode(p.t, a.Structured, v)
	return a
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

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

// eras runs a test in both eras of the protocol.
func eras(t *testing.T, test func(t *testing.T, era string)) {
	for _, era := range []string{legacy, modern} {
		if era == legacy && overHTTP != nil {
			continue
		}
		t.Run(era, func(t *testing.T) { test(t, era) })
	}
}
