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
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const everything = "kits:read apps:read apps:write"

// TestIntegrationOpenID has users log in at a real OpenID provider, as the
// server's answers tell their assistants to, and call the real program with the
// tokens they get.
func TestIntegrationOpenID(t *testing.T) {
	issuer, address := "http://"+free(t), free(t)
	s := start(t, issuer, address)

	// The provider starts after the server, which does not ask it before it must.
	metadata := s.discover(t)
	if metadata.Resource != s.url || !slices.Equal(metadata.Servers, []string{issuer}) || strings.Join(metadata.Scopes, " ") != everything {
		t.Fatalf("the metadata are %+v", metadata)
	}
	p := serve(t, issuer, metadata.Resource)

	reader := logIn(t, issuer, "assistant", "test-user2", "kits:read")
	alice := logIn(t, issuer, "assistant", "test-user@127.0.0.1", everything)
	bob := logIn(t, issuer, "assistant", "test-user2", everything)
	stranger := logIn(t, issuer, "stranger", "test-user2", everything)

	t.Run("tokens for others", func(t *testing.T) {
		if a := s.list(t, stranger.AccessToken); a.status != http.StatusUnauthorized || !strings.Contains(a.challenge, "another audience") {
			t.Errorf("of another client: %d with %s", a.status, a.challenge)
		}
		// The provider writes the audience into its ID tokens too; they grant nothing.
		if a := s.list(t, idToken(t, alice)); a.status != http.StatusForbidden || !strings.Contains(a.challenge, "insufficient_scope") {
			t.Errorf("for the client itself: %d with %s", a.status, a.challenge)
		}
	})
	t.Run("scopes", func(t *testing.T) {
		if got := s.list(t, reader.AccessToken).tools(); slices.Contains(got, "promote_application") || !slices.Contains(got, "list_integrations") {
			t.Errorf("listed are %v", got)
		}
		if got := s.list(t, alice.AccessToken).tools(); len(got) != 8 {
			t.Errorf("listed are %v", got)
		}
		a := s.call(t, reader.AccessToken, "list_applications", map[string]any{})
		if a.status != http.StatusForbidden || !strings.Contains(a.challenge, `error="insufficient_scope"`) || parameter(a.challenge, "scope") != "apps:read" {
			t.Fatalf("%d with %s", a.status, a.challenge)
		}
		// The user allows what the server asked for.
		more := logIn(t, issuer, "assistant", "test-user2", "kits:read "+parameter(a.challenge, "scope"))
		if a := s.call(t, more.AccessToken, "list_applications", map[string]any{}); a.failed() || !strings.Contains(a.body, "Payroll") {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("plans", func(t *testing.T) {
		arguments := map[string]any{"application": "Payroll", "environment": "Test", "redirect_uris": []string{"https://payroll.example.com/callback"}}
		plan := s.call(t, alice.AccessToken, "promote_application", arguments).Result.Structured.Plan
		if plan == "" {
			t.Fatal("there is no plan")
		}
		arguments["plan"] = plan
		if a := s.call(t, bob.AccessToken, "promote_application", arguments); !a.Result.IsError {
			t.Errorf("bob confirmed alice's plan: %s", a.body)
		}
		again := logIn(t, issuer, "assistant", "test-user@127.0.0.1", everything)
		if a := s.call(t, again.AccessToken, "promote_application", arguments); a.Result.Structured.Status != "promoted" {
			t.Errorf("alice, with a new token: %s", a.body)
		}
		if audit := auditOf(s.stderr.String()); !strings.Contains(audit, issuer+" sub=id1") || strings.Contains(audit, "sub=id2") {
			t.Errorf("the audit does not name alice alone:\n%s", audit)
		}
	})
	t.Run("rotation", func(t *testing.T) {
		p.rotate(t)
		fresh := logIn(t, issuer, "assistant", "test-user2", everything)
		for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
			a := s.list(t, fresh.AccessToken)
			if a.status == http.StatusOK {
				break
			}
			if a.status != http.StatusUnauthorized || time.Since(begin) > 10*time.Second {
				t.Fatalf("the new key is not accepted after %v: %d %s", time.Since(begin), a.status, a.challenge)
			}
		}
		if a := s.list(t, alice.AccessToken); a.status != http.StatusUnauthorized {
			t.Errorf("the old key is still accepted: %d", a.status)
		}
	})
	for _, token := range []string{reader.AccessToken, alice.AccessToken, bob.AccessToken, stranger.AccessToken, "eyJ"} {
		if strings.Contains(s.stderr.String(), token) {
			t.Error("the log holds a token")
		}
	}
}

// auditOf returns the lines of the audit; other lines of the log name callers too.
func auditOf(log string) string {
	var audit strings.Builder
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"msg":"audit"`) {
			audit.WriteString(line)
		}
	}
	return audit.String()
}

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

// resource are the metadata of RFC 9728.
type resource struct {
	Resource string
	Servers  []string `json:"authorization_servers"`
	Scopes   []string `json:"scopes_supported"`
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

// parameter returns a parameter of a challenge.
func parameter(challenge, name string) string {
	_, after, _ := strings.Cut(challenge, name+`="`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}

// logIn is a user logging in through a browser: authorization code with PKCE.
func logIn(t *testing.T, issuer, client, user, scopes string) *oauth2.Token {
	t.Helper()
	config := oauth2.Config{
		ClientID: client, ClientSecret: "secret", RedirectURL: callback, Scopes: strings.Fields("openid " + scopes),
		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/auth", TokenURL: issuer + "/oauth/token"},
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var code string
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			code = r.URL.Query().Get("code")
			return http.ErrUseLastResponse
		}
		return nil
	}}
	verifier := oauth2.GenerateVerifier()
	page, err := browser.Get(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"username": {user}, "password": {"verysecure"}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	page, err = browser.PostForm(issuer+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if code == "" {
		t.Fatalf("%s could not log in: %s", user, page.Status)
	}
	token, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func idToken(t *testing.T, token *oauth2.Token) string {
	t.Helper()
	id, ok := token.Extra("id_token").(string)
	if !ok {
		t.Fatal("there is no ID token")
	}
	return id
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
