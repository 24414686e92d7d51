package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/internal/testutil/syncbuf"
)

// overHTTP, if not nil, starts what the tests of the tools speak to instead of a
// process on stdin and stdout. They then speak the modern era alone, which has
// no sessions that one replica could have and another not.
var overHTTP func(t *testing.T, env []string) *process

// replicas is how many processes share the work.
const replicas = 3

// TestReplicas has the tests of all tools speak to replicas behind a proxy that
// sends each request to the next one. What needs a store that the replicas share
// is in the integration tests.
func TestReplicas(t *testing.T) {
	behindProxy(t, "", map[string]func(*testing.T){
		"tools":          TestToolsAsClientsSeeThem,
		"unknown tool":   TestUnknownToolIsAProtocolError,
		"nothing set up": TestNothingSetUp,
		"all tools":      TestAllToolsAgainstForeignForms,
		"approval":       TestApprovalByTheUser,
		"shielded":       TestShieldedTakesAPerson,
		"change":         TestChangeWhileTheUserThinks,
		"read-only":      TestReadOnly,
		"prompts":        TestPrompts,
		"completion":     TestCompletionNeverAsksPingCentral,
		"resources":      TestResources,
		"failures":       TestFailuresTellAll,
		"progress":       TestProgress,
		"long calls":     TestLongCallsDoNotHoldUpOthers,
	})
}

// behindProxy runs tests against replicas that share a plan key, a download
// directory and, unless it is empty, a store of used plans.
func behindProxy(t *testing.T, store string, tests map[string]func(*testing.T)) {
	keyFile := filepath.Join(t.TempDir(), "plan.key")
	key := make([]byte, 32)
	rand.Read(key)
	if err := os.WriteFile(keyFile, []byte(base64.StdEncoding.EncodeToString(key)), 0o600); err != nil {
		t.Fatal(err)
	}
	shared := []string{"PINGKIT_PLAN_KEY_FILE=" + keyFile}
	if store != "" {
		shared = append(shared, "PINGKIT_PLAN_STORE="+store)
	}
	overHTTP = func(t *testing.T, env []string) *process {
		return startReplicas(t, append(append([]string{"PINGKIT_DOWNLOAD_DIR=" + t.TempDir()}, shared...), env...))
	}
	defer func() { overHTTP = nil }()
	for name, test := range tests {
		t.Run(name, test)
	}
}

var listening = regexp.MustCompile(`MCP at (http://\S+)`)

// serveOverHTTP runs the program as an HTTP server and returns its endpoint.
func serveOverHTTP(t *testing.T, env []string, args ...string) (*process, *url.URL) {
	t.Helper()
	p := start(t, env, append([]string{"http", "--addr", "127.0.0.1:0"}, args...)...)
	t.Cleanup(func() {
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if m := listening.FindStringSubmatch(p.stderr.String()); m != nil {
			endpoint, err := url.Parse(m[1])
			if err != nil {
				t.Fatal(err)
			}
			return p, endpoint
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not serve:\n%s", p.stderr)
		}
	}
}

// startReplicas starts the replicas, the proxy and a process in name alone that
// speaks to them.
func startReplicas(t *testing.T, env []string) *process {
	t.Helper()
	var backends []*url.URL
	var first *process
	for i := range replicas {
		p, endpoint := serveOverHTTP(t, env)
		backends = append(backends, endpoint)
		if i == 0 {
			first = p
		}
	}
	// Connections of an earlier test may be to a port that has a new owner.
	transport := &http.Transport{}
	var turn atomic.Int64
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL = backends[int(turn.Add(1))%replicas]
			r.Out.Host = r.Out.URL.Host
		},
		Transport:     transport,
		FlushInterval: -1,
	})
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		proxy.Close()
	})
	// The log of one of them will do for tests that look for secrets in it.
	p := &process{t: t, lines: make(chan string, 1000), stderr: first.stderr, stdout: &syncbuf.Buffer{}, era: modern, capabilities: "{}"}
	p.stdin = &poster{process: p, url: proxy.URL, client: &http.Client{Transport: transport}}
	return p
}

// poster is the client's side: each line that is written is a request of its
// own, whose answers become lines.
type poster struct {
	*process
	url    string
	client *http.Client
}

func (p *poster) Write(line []byte) (int, error) {
	var m struct {
		Method string
		Params struct{ Name, URI string }
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url, bytes.NewReader(bytes.Clone(line)))
	if err != nil {
		return 0, err
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
		"Mcp-Protocol-Version": modern, "Mcp-Method": m.Method, "Mcp-Name": m.Params.Name + m.Params.URI,
	} {
		r.Header.Set(name, value)
	}
	go p.exchange(r)
	return len(line), nil
}

func (p *poster) Close() error { return nil }

// exchange sends a request and hands on what is answered.
func (p *poster) exchange(r *http.Request) {
	response, err := p.client.Do(r)
	if err != nil {
		p.t.Log(err) // the test is over, or will miss the answer
		return
	}
	defer response.Body.Close()
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		if body, err := io.ReadAll(response.Body); err == nil && len(body) > 0 {
			p.take(bytes.TrimSpace(body))
		}
		return
	}
	events := bufio.NewScanner(response.Body)
	events.Buffer(nil, 8<<20)
	for events.Scan() {
		if data, found := bytes.CutPrefix(events.Bytes(), []byte("data: ")); found {
			p.take(data)
		}
	}
}

func (p *poster) take(message []byte) {
	p.stdout.Write(append(bytes.Clone(message), '\n'))
	p.lines <- string(message)
}
