package httpserver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"go.uber.org/goleak"

	"pingkit/internal/serve"
	"pingkit/internal/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	legacy = "2025-11-25"
	modern = "2026-07-28"
	// patience is how long a test waits for what should come at once.
	patience = 20 * time.Second
)

// callerHeader names the caller in the tests. Who a caller is in truth is not
// this package's business.
const callerHeader = "X-Test-Caller"

func byHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := r.Header.Get(callerHeader)
		if caller == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(tools.WithCaller(r.Context(), caller)))
	})
}

// bench is a served Server with tools of the test.
type bench struct {
	t       *testing.T
	server  *Server
	url     string
	client  *http.Client
	stop    context.CancelFunc
	ended   chan error
	running chan string // "wait" sends its caller here when it starts
	finish  chan string // and ends with what it gets from here
	broken  chan string // or sends its caller here when it is cancelled
}

func start(t *testing.T, o Options) *bench {
	t.Helper()
	return startWith(t, o, &tools.Deps{})
}

// startWith serves the product's tools over d as well.
func startWith(t *testing.T, o Options, d *tools.Deps) *bench {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	mcpServer := serve.New(d, serve.Options{Version: "1", Logger: o.Logger})
	b := &bench{t: t, ended: make(chan error, 1), running: make(chan string, 100), finish: make(chan string), broken: make(chan string, 100)}
	b.addTools(mcpServer)
	s, err := New(mcpServer.MCPServer, o)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := Listen(t.Context(), "127.0.0.1:0", o.Authorize != nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.server, b.stop, b.url = s, cancel, "http://"+listener.Addr().String()+Endpoint
	b.client = &http.Client{Transport: &http.Transport{}, Timeout: patience}
	go func() { b.ended <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		b.client.CloseIdleConnections()
		if err := b.end(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// end ends the server; a second call does nothing.
func (b *bench) end() error {
	b.stop()
	select {
	case err := <-b.ended:
		b.ended <- nil
		return err
	case <-time.After(patience):
		return fmt.Errorf("the server did not end")
	}
}

func (b *bench) addTools(s *serve.Server) {
	add := func(name string, run server.ToolHandlerFunc) {
		s.AddTool(mcp.Tool{Name: name, RawInputSchema: json.RawMessage(`{"type":"object"}`)}, run)
	}
	add("whoami", func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("you are " + tools.CallerOf(ctx)), nil
	})
	add("report", func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		tools.ProgressOf(ctx)(1, 2, "half")
		return mcp.NewToolResultText("done"), nil
	})
	add("large", func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		b.running <- tools.CallerOf(ctx)
		return mcp.NewToolResultText(strings.Repeat("x", 32<<20)), nil
	})
	add("wait", func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		b.running <- tools.CallerOf(ctx)
		select {
		case text := <-b.finish:
			return mcp.NewToolResultText(text), nil
		case <-ctx.Done():
			b.broken <- tools.CallerOf(ctx)
			return mcp.NewToolResultError("cancelled"), nil
		}
	})
	ask := func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if answer := server.ElicitationResponse(request.Params.InputResponses, "q"); answer != nil {
			return mcp.NewToolResultText(string(answer.Action)), nil
		}
		if why := tools.UnansweredOf(ctx); why != "" {
			return mcp.NewToolResultText(string(why)), nil
		}
		return server.NewInputRequestBuilder("state").Elicit("q", mcp.ElicitationParams{
			Message: "Really?", RequestedSchema: map[string]any{"type": "object", "properties": map[string]any{}},
		}).ToolResult(), nil
	}
	add("ask", ask)
	add("report and ask", func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		done := int64(1)
		if len(request.Params.InputResponses) > 0 {
			done = 2
		}
		tools.ProgressOf(ctx)(done, 2, "")
		return ask(ctx, request)
	})
}

// caller is a client of the bench.
type caller struct {
	*bench
	name, era, session string
	id                 int
}

// as opens a connection in an era.
func (b *bench) as(name, era string) *caller {
	b.t.Helper()
	c := &caller{bench: b, name: name, era: era}
	if era == legacy {
		response := c.post("initialize", fmt.Sprintf(`{"protocolVersion":%q,"capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}`, legacy))
		b.drain(response)
		if response.StatusCode != http.StatusOK {
			b.t.Fatalf("initialize: %s", response.Status)
		}
		c.session = response.Header.Get("Mcp-Session-Id")
		c.notify("notifications/initialized", `{}`)
	}
	return c
}

func (b *bench) drain(response *http.Response) string {
	b.t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		b.t.Fatal(err)
	}
	return string(body)
}

// request is a request with the headers that its era demands.
func (c *caller) request(ctx context.Context, method, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	if c.name != "" {
		r.Header.Set(callerHeader, c.name)
	}
	if c.session != "" {
		r.Header.Set("Mcp-Session-Id", c.session)
	}
	if c.era == modern {
		r.Header.Set("Mcp-Protocol-Version", modern)
		r.Header.Set("Mcp-Method", method)
		var m struct{ Params struct{ Name string } }
		if json.Unmarshal([]byte(body), &m) == nil && m.Params.Name != "" {
			r.Header.Set("Mcp-Name", m.Params.Name)
		}
	}
	return r
}

// params adds what the modern era has in every request.
func (c *caller) params(params string) string {
	if c.era != modern {
		return params
	}
	meta := fmt.Sprintf(`"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}`, modern)
	if strings.Contains(params, `"_meta":{`) {
		return strings.Replace(params, `"_meta":{`, `"_meta":{`+meta+",", 1)
	}
	return strings.Replace(params, "{", `{"_meta":{`+meta+`},`, 1)
}

func (c *caller) do(r *http.Request) *http.Response {
	c.t.Helper()
	response, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return response
}

func (c *caller) post(method, params string) *http.Response {
	c.t.Helper()
	c.id++
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, c.id, method, c.params(params))
	return c.do(c.request(c.t.Context(), method, tidy(body)))
}

func (c *caller) notify(method, params string) {
	c.t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, c.params(params))
	response := c.do(c.request(c.t.Context(), method, tidy(body)))
	if text := c.drain(response); response.StatusCode != http.StatusAccepted {
		c.t.Errorf("%s: %s %s", method, response.Status, text)
	}
}

// tidy removes the comma that adding a member to an empty object leaves.
func tidy(body string) string { return strings.ReplaceAll(body, ",}", "}") }

func (c *caller) callRequest(ctx context.Context, tool string) *http.Request {
	c.t.Helper()
	c.id++
	params := c.params(fmt.Sprintf(`{"name":%q,"arguments":{},"_meta":{"progressToken":%d}}`, tool, c.id))
	return c.request(ctx, "tools/call", fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}`, c.id, params))
}

// event is a JSON-RPC message of an answer.
type event struct {
	ID     json.RawMessage
	Method string
	Result struct {
		Content      []struct{ Text, URI string }
		IsError      bool
		RequestState string
	}
	Error *struct {
		Code    int
		Message string
	}
}

// events hands each message of an answer to see, from a stream or a single one.
func (b *bench) events(response *http.Response, see func(event)) {
	b.t.Helper()
	defer response.Body.Close()
	decode := func(data []byte) {
		var e event
		if err := json.Unmarshal(data, &e); err != nil {
			b.t.Errorf("%.200s: %v", data, err)
			return
		}
		see(e)
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		if body := b.drain(response); body != "" { // as the answer to a cancelled call is
			decode([]byte(body))
		}
		return
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if data, found := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); found {
			decode(data)
		}
	}
}

// call calls a tool and returns the text of its result and the methods of what
// came before.
func (c *caller) call(tool string) (text string, before []string) {
	c.t.Helper()
	response := c.do(c.callRequest(c.t.Context(), tool))
	if response.StatusCode != http.StatusOK {
		return response.Status + " " + c.drain(response), nil
	}
	c.events(response, func(e event) {
		switch {
		case e.Method != "":
			before = append(before, e.Method)
		case e.Error != nil:
			text = e.Error.Message
		case len(e.Result.Content) > 0:
			text = e.Result.Content[0].Text
		}
	})
	return text, before
}

// began waits until a call of "wait" runs and returns its caller.
func (b *bench) began() string {
	b.t.Helper()
	return await(b.t, b.running, "no call began")
}

func await[T any](t *testing.T, from <-chan T, otherwise string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal(otherwise)
		panic("not reached")
	}
}

// eras runs a test in both eras of the protocol.
func eras(t *testing.T, test func(t *testing.T, era string)) {
	for _, era := range []string{legacy, modern} {
		t.Run(era, func(t *testing.T) { test(t, era) })
	}
}
