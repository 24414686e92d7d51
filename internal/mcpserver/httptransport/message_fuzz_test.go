package httptransport

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/tools"
)

// FuzzMessages posts any body with any of the headers that matter. What mcp-go
// runs the guards have seen as what it is: a request, of the same method and era,
// in a session of its caller where the era has them. And every answer is of a
// status that means something, with words or JSON-RPC.
func FuzzMessages(f *testing.F) {
	logger := slog.New(slog.DiscardHandler)
	mcpServer := mcpserver.New(&tools.Deps{}, mcpserver.Options{Version: "1", Logger: logger})
	var escaped atomic.Pointer[string]
	mcpServer.AddTool(mcp.Tool{Name: "probe", RawInputSchema: json.RawMessage(`{"type":"object"}`)},
		func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			if fault := unseen(ctx); fault != "" {
				escaped.Store(&fault)
			}
			return mcp.NewToolResultText("seen"), nil
		})
	s, err := New(mcpServer.MCPServer, Options{Logger: logger, Authorize: byHeader})
	if err != nil {
		f.Fatal(err)
	}
	web := httptest.NewServer(s)
	f.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	client := web.Client()
	session := openSession(f, client, web.URL)
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe","arguments":{},` + meta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe"}}`,
		`{"jsonrpc":"2.0","ID":1,"Method":"tools/call","PARAMS":{"name":"probe",` + meta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"probe",` + meta + `}}`,
		`{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"probe",` + meta + `}}`,
		`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"probe",` + meta + `}}`,
		`[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe",` + meta + `}}]`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe","_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25"}}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"probe","_meta":7}}`,
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"f","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,` + meta + `}}`,
		`{"jsonrpc":"2.0","id":1,"result":{}}`, `{} {}`, `null`, ``, "\xef\xbb\xbf{}", `{"jsonrpc":"2.0","id":1e99,"method":"tools/call"}`,
	} {
		for flags := range byte(16) {
			f.Add(flags, body)
		}
	}
	f.Fuzz(func(t *testing.T, flags byte, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL+Endpoint, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		r.Header.Set(callerHeader, "fuzzer")
		if flags&1 != 0 {
			r.Header.Set("Mcp-Protocol-Version", modern)
		}
		if flags&2 != 0 {
			r.Header.Set("Mcp-Method", "tools/call")
			r.Header.Set("Mcp-Name", "probe")
		}
		if flags&4 != 0 {
			r.Header.Set("Mcp-Session-Id", session)
		}
		if flags&8 != 0 {
			r.Header.Set(callerHeader, "stranger")
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
		if err != nil || !utf8.Valid(text) {
			t.Fatalf("%q: %s %q, %v", body, response.Status, text, err)
		}
		if response.StatusCode >= 500 || response.StatusCode/100 == 4 && len(text) == 0 {
			t.Errorf("%q with %04b is answered %s %q", body, flags, response.Status, text)
		}
		if fault := escaped.Swap(nil); fault != nil {
			t.Errorf("%q with %04b: %s", body, flags, *fault)
		}
	})
}

// openSession opens a session of the older era.
func openSession(f *testing.F, client *http.Client, url string) string {
	f.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":%q,"capabilities":{},"clientInfo":{"name":"f","version":"1"}}}`, legacy)
	r, err := http.NewRequest(http.MethodPost, url+Endpoint, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set(callerHeader, "fuzzer")
	response, err := client.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		f.Fatal(err)
	}
	return response.Header.Get("Mcp-Session-Id")
}

// unseen says how a call that runs differs from what the guards took it for.
func unseen(ctx context.Context) string {
	m, _ := ctx.Value(messageKey{}).(*message)
	info := server.RequestProtocolInfoFromContext(ctx)
	isModern := info != nil && info.Modern
	switch {
	case m == nil:
		return "a call runs that no guard has read"
	case !m.isRequest() || m.Method != mcp.MethodToolsCall:
		return fmt.Sprintf("a call runs that the guards take for %q with the id %q", m.Method, m.ID)
	case m.modern != isModern:
		return fmt.Sprintf("a call runs in the modern era: %v, and the guards think %v", isModern, m.modern)
	case !isModern && tools.CallerOf(ctx) != "fuzzer":
		return "a call of " + tools.CallerOf(ctx) + " runs in a session of another caller"
	}
	return ""
}
