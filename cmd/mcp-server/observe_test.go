package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/syncbuf"
)

var observing = regexp.MustCompile(`health and metrics at (http://\S+)`)

// serveObserved runs the program as an HTTP server and returns its endpoint and
// the address of its health and metrics.
func serveObserved(t *testing.T, env ...string) (p *process, endpoint, health string) {
	t.Helper()
	p, mcp := serveOverHTTP(t, append(env, "PINGKIT_OBSERVE_ADDR=127.0.0.1:0"), "--drain-delay", "0s")
	return p, mcp.String(), healthOf(t, p)
}

// healthOf returns the address of the probes, which stands in the line before
// the server's.
func healthOf(t *testing.T, p *process) string {
	t.Helper()
	match := observing.FindStringSubmatch(p.stderr.String())
	if match == nil {
		t.Fatalf("there is no address of probes:\n%s", p.stderr)
	}
	return match[1]
}

// probe returns the status and text of a page, 0 if nobody listens.
func probe(t *testing.T, address string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	response, err := client.Get(address)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(text)
}

// eventually waits until what is true.
func eventually(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ready(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
	}
}

// TestReadinessEndsFirst has the server take no more calls, and say so, while
// one still runs.
func TestReadinessEndsFirst(t *testing.T) {
	box, finish := newSandbox(t), make(chan struct{})
	box.Inject(sandbox.Fault{Operation: "listIntegrations", Times: 1, Before: func() { <-finish }})
	p, endpoint, health := serveObserved(t, variables(t, box)...)
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, text := probe(t, health+path); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	answered := make(chan string, 1)
	go func() {
		body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_integrations","_meta":{`+
			`"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{}}}}`, modern)
		answered <- postModern(t, endpoint, body)
	}()
	eventually(t, "the call", func() bool {
		_, page := probe(t, health+"/metrics")
		return strings.Contains(page, "pingkit_calls_running 1\n")
	})
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of readiness", func() bool {
		status, _ := probe(t, health+"/readyz")
		return status == http.StatusServiceUnavailable
	})
	if status, _ := probe(t, health+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz is %d while a call runs", status)
	}
	close(finish)
	if answer := <-answered; !strings.Contains(answer, sandbox.PingIDKit) {
		t.Errorf("the call that ran was answered with %.300s", answer)
	}
	p.awaitEnd()
	if status, _ := probe(t, health+"/healthz"); status != 0 {
		t.Errorf("/healthz is %d after the end", status)
	}
}

// TestRequestsAreServedAfterReadinessEnds is for a service that goes on sending
// connections until it has seen that the server is not ready.
func TestRequestsAreServedAfterReadinessEnds(t *testing.T) {
	box := newSandbox(t)
	p, url := serveOverHTTP(t, append(variables(t, box), "PINGKIT_OBSERVE_ADDR=127.0.0.1:0"), "--drain-delay", "1h")
	health := healthOf(t, p)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of readiness", func() bool {
		status, _ := probe(t, health+"/readyz")
		return status == http.StatusServiceUnavailable
	})
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_integrations","_meta":{`+
		`"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{}}}}`, modern)
	if answer := postModern(t, url.String(), body); !strings.Contains(answer, sandbox.PingIDKit) {
		t.Errorf("a new connection was answered with %.300s", answer)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}

func postModern(t *testing.T, endpoint, body string) string {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
		"Mcp-Protocol-Version": modern, "Mcp-Method": "tools/call", "Mcp-Name": "list_integrations",
	} {
		r.Header.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	response, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(answer)
}

// TestReadinessNeedsUsableSettings makes no request to any system.
func TestReadinessNeedsUsableSettings(t *testing.T) {
	box := newSandbox(t)
	secret := filepath.Join(t.TempDir(), "secret")
	env := []string{"PINGONE_CLIENT_ID=" + sandbox.ClientID, "PINGONE_ENVIRONMENT_ID=" + sandbox.WorkerEnvironmentID,
		"PINGONE_CLIENT_SECRET_FILE=" + secret, "PINGONE_API_URL=" + box.PingOne().APIURL, "PINGONE_AUTH_URL=" + box.PingOne().AuthURL}
	p, _, health := serveObserved(t, env...)
	if status, _ := probe(t, health+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("without a secret: %d", status)
	}
	eventually(t, "a line that says why", func() bool { return strings.Contains(p.stderr.String(), "PINGONE_CLIENT_SECRET_FILE") })
	if err := os.WriteFile(secret, []byte("a secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, text := probe(t, health+"/readyz"); status != http.StatusOK {
		t.Errorf("with one system set up: %d %s", status, text)
	}
	if seen := box.Requests(); len(seen) > 0 {
		t.Errorf("a probe made %d requests", len(seen))
	}
	audit := filepath.Join(t.TempDir(), "missing", "audit.log")
	p, _, health = serveObserved(t, append(variables(t, box), "PINGKIT_AUDIT_FILE="+audit)...)
	if status, _ := probe(t, health+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(p.stderr.String(), "PINGKIT_AUDIT_FILE") {
		t.Errorf("with an audit file that cannot be written: %d\n%s", status, p.stderr)
	}
	if err := os.Mkdir(filepath.Dir(audit), 0o700); err != nil {
		t.Fatal(err)
	}
	if status, _ := probe(t, health+"/readyz"); status != http.StatusOK {
		t.Errorf("with an audit file that can be made: %d", status)
	}
	_, _, health = serveObserved(t)
	if status, _ := probe(t, health+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("with nothing set up: %d", status)
	}
}

// TestTracesOverStdio sends what was not sent yet when the input ends.
func TestTracesOverStdio(t *testing.T) {
	box := newSandbox(t)
	var sent syncbuf.Buffer
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(&sent, r.Body); err != nil {
			t.Error(err)
		}
	}))
	defer collector.Close()
	p := start(t, append(variables(t, box), "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "OTEL_SERVICE_NAME=kits-of-the-team"), "stdio").greet(legacy, `{}`)
	p.call("list_integrations", `{"query":"PingID"}`)
	p.end()
	for _, want := range []string{"tools/call list_integrations", "/v1/environments/{}/integrations", "pingkit.call.duration", "kits-of-the-team"} {
		if !strings.Contains(sent.String(), want) {
			t.Errorf("the collector did not get %s", want)
		}
	}
	if strings.Contains(sent.String(), "PingID") || strings.Contains(sent.String(), sandbox.ClientSecret) {
		t.Error("the collector got what the call was about")
	}
}
