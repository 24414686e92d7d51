package httptransport

import (
	"net/http"
	"strings"
	"testing"
)

// TestForms sends what clients and browsers send in other forms than the usual.
func TestForms(t *testing.T) {
	b := start(t, Options{
		PublicURL: "https://pingkit.example.com", AllowedHosts: []string{"kits.internal:8080"}, AllowedOrigins: []string{"https://chat.example.com"},
		Authorize: byHeader,
		Register:  func(mux *http.ServeMux) { mux.HandleFunc("GET /metadata", func(http.ResponseWriter, *http.Request) {}) },
	})
	alice := b.as("alice", legacy)
	const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
	const ping = `{"jsonrpc":"2.0","id":2,"method":"ping"}`
	for name, test := range map[string]struct {
		method, path, body string
		header             map[string]string // Host among them
		want               int
		text               string // part of the answer
	}{
		"slash at the end":                 {"POST", "/mcp/", initialize, nil, 200, "protocolVersion"},
		"below the endpoint":               {"POST", "/mcp/x", initialize, nil, 404, ""},
		"another host name":                {"POST", "/mcp", initialize, map[string]string{"Host": "kits.internal"}, 200, "protocolVersion"},
		"fully qualified":                  {"POST", "/mcp", initialize, map[string]string{"Host": "pingkit.example.com."}, 200, "protocolVersion"},
		"a Service of the cluster":         {"POST", "/mcp", initialize, map[string]string{"Host": "pingkit.tools.svc.cluster.local:8080"}, 200, "protocolVersion"},
		"a name that ends alike":           {"POST", "/mcp", initialize, map[string]string{"Host": "pingkit.svc.cluster.local.evil.example"}, 403, "PINGKIT_ALLOWED_HOSTS"},
		"a lost session and initialize":    {"POST", "/mcp", initialize, map[string]string{"Mcp-Session-Id": "lost"}, 200, "protocolVersion"},
		"a lost session and a call":        {"POST", "/mcp", ping, map[string]string{"Mcp-Session-Id": "lost"}, 404, "no such session"},
		"DELETE without a session":         {"DELETE", "/mcp", "", nil, 400, "Mcp-Session-Id"},
		"byte order mark":                  {"POST", "/mcp", "\xef\xbb\xbf" + initialize, nil, 200, "protocolVersion"},
		"empty body":                       {"POST", "/mcp", "", nil, 400, `"code":-32700`},
		"blank body":                       {"POST", "/mcp", " \n", nil, 400, `"code":-32700`},
		"broken JSON":                      {"POST", "/mcp", `{"jsonrpc":`, nil, 400, `"code":-32700`},
		"JSON that is no message":          {"POST", "/mcp", `7`, nil, 400, `"code":-32600`},
		"an ID beyond 2^53":                {"POST", "/mcp", `{"jsonrpc":"2.0","id":1764543210123456789,"method":"ping"}`, map[string]string{"Mcp-Session-Id": alice.session}, 200, `"id":1764543210123456789`},
		"a progress token beyond 2^53":     {"POST", "/mcp", `{"jsonrpc":"2.0","id":1764543210123456789,"method":"tools/call","params":{"name":"report","arguments":{},"_meta":{"progressToken":9007199254740993}}}`, map[string]string{"Mcp-Session-Id": alice.session}, 200, `"progressToken":9007199254740993`},
		"batch":                            {"POST", "/mcp", "[" + ping + `,{"jsonrpc":"2.0","method":"notifications/x"},` + strings.Replace(ping, "2", "3", 2) + "]", map[string]string{"Mcp-Session-Id": alice.session}, 200, `[{"jsonrpc":"2.0","id":2,"result":{}}`},
		"batch of calls":                   {"POST", "/mcp", `[{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"report","arguments":{},"_meta":{"progressToken":1}}}]`, map[string]string{"Mcp-Session-Id": alice.session}, 200, `"id":5`},
		"batch of notifications":           {"POST", "/mcp", `[{"jsonrpc":"2.0","method":"notifications/x"}]`, map[string]string{"Mcp-Session-Id": alice.session}, 202, ""},
		"batch in another's session":       {"POST", "/mcp", "[" + ping + "]", map[string]string{"Mcp-Session-Id": alice.session, callerHeader: "mallory"}, 404, "no such session"},
		"batch without a session":          {"POST", "/mcp", "[" + ping + "]", nil, 400, "Mcp-Session-Id"},
		"batch of a revision without them": {"POST", "/mcp", "[" + ping + "]", map[string]string{"Mcp-Session-Id": alice.session, "Mcp-Protocol-Version": "2025-06-18"}, 400, `"code":-32600`},
		"empty batch":                      {"POST", "/mcp", "[]", map[string]string{"Mcp-Session-Id": alice.session}, 400, `"code":-32600`},
		"batch that is too long":           {"POST", "/mcp", "[" + strings.Repeat(ping+",", 20) + ping + "]", map[string]string{"Mcp-Session-Id": alice.session}, 400, `"code":-32600`},
		"batch with initialize":            {"POST", "/mcp", "[" + initialize + "]", nil, 400, `"code":-32600`},
		"preflight of the metadata": {"OPTIONS", "/metadata", "", map[string]string{
			"Origin": "https://chat.example.com", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "mcp-protocol-version",
		}, 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, strings.TrimSuffix(b.url, Endpoint)+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(callerHeader, "alice")
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "application/json, text/event-stream")
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			if host := test.header["Host"]; host != "" {
				r.Host = host
			}
			response := alice.do(r)
			text := b.drain(response)
			if response.StatusCode != test.want || !strings.Contains(text, test.text) {
				t.Errorf("%s %.300s", response.Status, text)
			}
			if test.method == http.MethodOptions && !strings.Contains(strings.ToLower(response.Header.Get("Access-Control-Allow-Headers")), "mcp-protocol-version") {
				t.Errorf("the preflight allows %q", response.Header.Get("Access-Control-Allow-Headers"))
			}
		})
	}
}
