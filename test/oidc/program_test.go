//go:build integration

package oidc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// free returns an address of this machine that nobody uses.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// program is the running server.
type program struct {
	url    string
	stderr *output
}

type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start builds the server and runs it with the sandbox, for callers of issuer.
func start(t *testing.T, issuer, address string) *program {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mcp-server")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, "./cmd/mcp-server")
	build.Dir = filepath.Join("..", "..")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	s := &program{url: "http://" + address + "/mcp", stderr: &output{}}
	ctx, stop := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, binary, "http", "--sandbox", "--addr", address)
	run.Env = append(os.Environ(), "PINGKIT_PUBLIC_URL=http://"+address, "PINGKIT_AUTH_ISSUER="+issuer,
		"PINGKIT_DOWNLOAD_DIR="+t.TempDir(), "PINGKIT_LOG_LEVEL=debug")
	run.Stderr = s.stderr
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = run.Wait() // it was killed
		if t.Failed() {
			t.Logf("the server says:\n%s", s.stderr)
		}
	})
	for begin := time.Now(); !strings.Contains(s.stderr.String(), "MCP at"); time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 20*time.Second {
			t.Fatal("the server does not start")
		}
	}
	return s
}

// discover calls without a token and follows where the refusal points to.
func (s *program) discover(t *testing.T) (found resource) {
	t.Helper()
	a := s.list(t, "")
	if a.status != http.StatusUnauthorized || parameter(a.challenge, "scope") != everything {
		t.Fatalf("without a token: %d with %s", a.status, a.challenge)
	}
	resp, err := http.Get(parameter(a.challenge, "resource_metadata"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

// answer is what the server answers.
type answer struct {
	status    int
	challenge string
	body      string
	Result    struct {
		Tools      []struct{ Name string }
		IsError    bool
		Structured struct{ Status, Plan string } `json:"structuredContent"`
	}
	Error *struct{ Message string }
}

func (a answer) failed() bool { return a.status != http.StatusOK || a.Error != nil || a.Result.IsError }

func (a answer) tools() (names []string) {
	for _, tool := range a.Result.Tools {
		names = append(names, tool.Name)
	}
	return names
}

func (s *program) list(t *testing.T, token string) answer {
	t.Helper()
	return s.send(t, token, "tools/list", map[string]any{})
}

func (s *program) call(t *testing.T, token, tool string, arguments map[string]any) answer {
	t.Helper()
	return s.send(t, token, "tools/call", map[string]any{"name": tool, "arguments": arguments})
}

func (s *program) send(t *testing.T, token, method string, params map[string]any) (a answer) {
	t.Helper()
	const version = "2026-07-28"
	params["_meta"] = map[string]any{"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": map[string]any{}}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set("Mcp-Protocol-Version", version)
	r.Header.Set("Mcp-Method", method)
	if name, ok := params["name"].(string); ok {
		r.Header.Set("Mcp-Name", name)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.status, a.challenge, a.body = resp.StatusCode, resp.Header.Get("WWW-Authenticate"), string(content)
	for line := range strings.Lines(a.body) {
		if text := strings.TrimPrefix(line, "data: "); a.status == http.StatusOK && strings.HasPrefix(text, "{") {
			if err := json.Unmarshal([]byte(text), &a); err != nil {
				t.Fatal(fmt.Errorf("%w in %s", err, text))
			}
		}
	}
	return a
}
