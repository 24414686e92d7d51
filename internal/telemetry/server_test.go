package telemetry_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/httptransport"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/sandboxtest"
	"example.com/pingkit/internal/tools"
)

// observedServer serves all tools over HTTP, against a sandbox.
type observedServer struct {
	t      *testing.T
	box    *sandbox.Sandbox
	serve  *mcpserver.Server
	url    string
	client *http.Client
	stop   func() // ends the server and its connections
}

const stateless = "2026-07-28"

// theCaller makes the calls of these tests.
const theCaller = "https://issuer.example.com|jane.doe"

func newObservedServer(t *testing.T, o *telemetry.Observer, log io.Writer) *observedServer {
	t.Helper()
	box := sandboxtest.New(t, sandbox.Options{})
	oneSettings, centralSettings := box.PingOne(), box.PingCentral()
	oneSettings.CACertificates = box.CA()
	one, err := connect.NewPingOne(oneSettings, connect.WithObserver(o.Attempts()))
	if err != nil {
		t.Fatal(err)
	}
	central, err := connect.NewPingCentral(centralSettings, connect.WithObserver(o.Attempts()))
	if err != nil {
		t.Fatal(err)
	}
	oneAPI := func() (*connect.PingOne, error) { return one, nil }
	integrations := catalog.New(oneAPI, "")
	deps := &tools.Deps{
		Catalog: integrations, Kits: &download.Service{Catalog: integrations, Fetcher: download.New(oneAPI, download.Options{}), Dir: t.TempDir()},
		Promotion: pingcentral.New(func() (*connect.PingCentral, error) { return central, nil }, pingcentral.Options{
			Audit: pingcentral.NewAudit(io.Discard, ""), Secrets: pingcentral.SecretSource{Variable: os.LookupEnv, Dir: t.TempDir()},
		}),
		HasPingOne: true, HasPingCentral: true,
	}
	logger := slog.New(slog.NewJSONHandler(log, nil))
	b := &observedServer{t: t, box: box, serve: mcpserver.New(deps, mcpserver.Options{Version: "1.2.3", Logger: logger, Observer: o})}
	server, err := httptransport.New(b.serve.MCPServer, httptransport.Options{
		Logger: logger, PublicURL: "http://kits.example.com",
		Authorize: func(next http.Handler) http.Handler {
			return o.Requests(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "" {
					http.Error(w, "no token", http.StatusUnauthorized)
					return
				}
				next.ServeHTTP(w, r.WithContext(tools.WithCaller(r.Context(), theCaller)))
			}))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.CountSessions(server.Sessions)
	listener, err := httptransport.Listen(t.Context(), "127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	b.url = "http://" + listener.Addr().String() + httptransport.Endpoint
	b.client = &http.Client{Transport: &http.Transport{}, Timeout: testTimeout}
	b.stop = func() {
		cancel()
		b.client.CloseIdleConnections()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		one.CloseIdleConnections()
		central.CloseIdleConnections()
	}
	return b
}

// post sends a request of the stateless protocol.
func (b *observedServer) post(method, params string, header ...string) (int, string) {
	b.t.Helper()
	meta := fmt.Sprintf(`"_meta":{"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{}}`, stateless)
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":"request-4711","method":%q,"params":{%s,%s}}`, method, params, meta)
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i, header := 0, append([]string{
		"Content-Type", "application/json", "Accept", "application/json, text/event-stream",
		"Mcp-Protocol-Version", stateless, "Mcp-Method", method, "Authorization", "Bearer t0k3n-of-the-caller",
	}, header...); i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	response, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

// call calls a tool.
func (b *observedServer) call(tool, arguments string, header ...string) string {
	b.t.Helper()
	_, answer := b.post("tools/call", fmt.Sprintf(`"name":%q,"arguments":%s`, tool, arguments), append([]string{"Mcp-Name", tool}, header...)...)
	return answer
}

// eventually waits until ready is true.
func eventually(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(testTimeout); !ready(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
	}
}
