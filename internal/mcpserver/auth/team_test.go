package auth_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/auth"
	"example.com/pingkit/internal/mcpserver/httptransport"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
	"example.com/pingkit/internal/tools"
)

const (
	legacy = "2025-11-25"
	modern = "2026-07-28"
)

// team is the whole server, over the sandbox, for callers of a provider.
type team struct {
	*testing.T
	url      string
	provider *provider
	key      key
	box      *sandbox.Sandbox
	log      *logged
	audit    string
}

func newTeam(t *testing.T) *team {
	t.Helper()
	k := rsaKey("k", 0)
	tm := &team{T: t, provider: newProvider(t, k), key: k, log: &logged{}, audit: filepath.Join(t.TempDir(), "audit")}
	t.Setenv("PINGKIT_AUDIT_FILE", tm.audit)
	t.Setenv("PINGKIT_DOWNLOAD_DIR", t.TempDir())
	tm.box = sandboxtest.New(t, sandbox.Options{})
	settings, err := config.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(settings, app.Options{Program: "test", Sandbox: tm.box})
	mcp := mcpserver.New(&tools.Deps{
		Catalog: a.Catalog, Kits: a.Kits, Promotion: a.Promotion,
		HasPingOne: true, HasPingCentral: true,
	}, mcpserver.Options{Version: "1", Logger: tm.log.logger()})
	guard, err := auth.New(auth.Settings{PublicURL: publicURL, Endpoint: httptransport.Endpoint, Issuer: tm.provider.URL, Logger: tm.log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	server, err := httptransport.New(mcp.MCPServer, httptransport.Options{
		Logger: tm.log.logger(), PublicURL: publicURL, Authorize: guard.Middleware, Register: guard.Register,
	})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	tm.url = front.URL
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return tm
}

// member is a caller with a token, in an era.
type member struct {
	*team
	token, era, session string
}

// reply is an answer, as far as the tests look at it.
type reply struct {
	status    int
	challenge string
	session   string
	body      string
	Result    struct {
		Tools      []struct{ Name string }
		IsError    bool
		Content    []struct{ Text string }
		Structured json.RawMessage `json:"structuredContent"`
		Completion struct{ Values []string }
	}
	Error *struct{ Message string }
}

func (tm *team) member(name, scopes, era string) *member {
	tm.Helper()
	m := &member{team: tm, era: era, token: tm.provider.token(tm.T, tm.key, time.Now(), map[string]any{"sub": name, "scope": scopes})}
	if era == legacy {
		r := m.send("initialize", fmt.Sprintf(`{"protocolVersion":%q,"capabilities":{},"clientInfo":{"name":"test","version":"1"}}`, legacy))
		if r.status != http.StatusOK || r.session == "" {
			tm.Fatalf("initialize: %d %s", r.status, r.body)
		}
		m.session = r.session
	}
	return m
}

func (m *member) send(method, params string) reply {
	m.Helper()
	if m.era == modern {
		params = strings.Replace(params, "{", fmt.Sprintf(`{"_meta":{"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{}},`, modern), 1)
		params = strings.ReplaceAll(params, ",}", "}")
	}
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":%q,"params":%s}`, method, params)
	r, err := http.NewRequestWithContext(m.Context(), http.MethodPost, m.url+"/mcp", strings.NewReader(body))
	if err != nil {
		m.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set("Authorization", "Bearer "+m.token)
	if m.session != "" {
		r.Header.Set("Mcp-Session-Id", m.session)
	}
	if m.era == modern {
		var of struct{ Params struct{ Name, URI string } }
		if err := json.Unmarshal([]byte(body), &of); err != nil {
			m.Fatal(err)
		}
		r.Header.Set("Mcp-Protocol-Version", modern)
		r.Header.Set("Mcp-Method", method)
		if name := of.Params.Name + of.Params.URI; name != "" {
			r.Header.Set("Mcp-Name", name)
		}
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		m.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		m.Fatal(err)
	}
	answer := reply{
		status: resp.StatusCode, challenge: resp.Header.Get("WWW-Authenticate"),
		session: resp.Header.Get("Mcp-Session-Id"), body: string(content),
	}
	for line := range strings.Lines(answer.body) {
		if text := strings.TrimPrefix(line, "data: "); strings.HasPrefix(text, "{") && resp.StatusCode == http.StatusOK {
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				m.Fatalf("%v in %s", err, text)
			}
		}
	}
	return answer
}

func (m *member) call(tool, arguments string) reply {
	m.Helper()
	return m.send("tools/call", fmt.Sprintf(`{"name":%q,"arguments":%s}`, tool, arguments))
}

func eras(t *testing.T, run func(t *testing.T, era string)) {
	t.Helper()
	for _, era := range []string{legacy, modern} {
		t.Run(era, func(t *testing.T) { run(t, era) })
	}
}
