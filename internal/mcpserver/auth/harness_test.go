package auth_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/pingkit/internal/mcpserver/auth"
	"example.com/pingkit/internal/mcpserver/httptransport"
	"example.com/pingkit/internal/testutil/clocktest"
	"example.com/pingkit/internal/testutil/syncbuf"
	"example.com/pingkit/internal/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	publicURL = "https://pingkit.example.com"
	metadata  = publicURL + "/.well-known/oauth-protected-resource/mcp"
	all       = "kits:read apps:read apps:write"
	subject   = "alice-7f3a"
)

// newClock is the guard's time.
func newClock() *clocktest.Clock {
	return clocktest.At(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
}

// logged is a log for tests to look into.
type logged struct{ syncbuf.Buffer }

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// door is a guard with a server behind it that tells who came in.
type door struct {
	*httptest.Server
	log *logged
}

func newDoor(t *testing.T, s auth.Settings) *door {
	t.Helper()
	d := &door{log: &logged{}}
	s.Logger, s.Endpoint = d.log.logger(), httptransport.Endpoint
	guard, err := auth.New(s)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	guard.Register(mux)
	mux.Handle(s.Endpoint, guard.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Authorization")) > 0 {
			panic("the token travelled on")
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		var granted []string
		for _, s := range tools.Scopes() {
			if tools.Allows(r.Context(), s) {
				granted = append(granted, string(s))
			}
		}
		w.Header().Set("X-Caller", tools.CallerOf(r.Context()))
		w.Header().Set("X-Granted", strings.Join(granted, " "))
		if _, err := w.Write(body); err != nil {
			panic(err)
		}
	})))
	d.Server = httptest.NewServer(mux)
	t.Cleanup(d.Close)
	return d
}

// trusting is a door for tokens of p.
func trusting(t *testing.T, p *provider, c *clocktest.Clock) *door {
	t.Helper()
	return newDoor(t, auth.Settings{PublicURL: publicURL, Issuer: p.URL, Now: c.Now})
}

// come makes a request with these Authorization headers.
func (d *door) come(t *testing.T, authorization ...string) *http.Response {
	t.Helper()
	return d.ask(t, http.MethodPost, "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, authorization...)
}

func (d *door) ask(t *testing.T, method, path, body string, authorization ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header["Authorization"] = authorization
	resp, err := d.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(content))
	return resp
}

// want checks an answer: its status and a part of its challenge.
func want(t *testing.T, resp *http.Response, status int, challenge string) {
	t.Helper()
	if resp.StatusCode != status {
		body, err := io.ReadAll(resp.Body)
		t.Errorf("%s, want %d: %s %v", resp.Status, status, body, err)
	}
	if got := resp.Header.Get("WWW-Authenticate"); challenge == "" && got != "" || !strings.Contains(got, challenge) {
		t.Errorf("the challenge is %q, want %q in it", got, challenge)
	}
}
