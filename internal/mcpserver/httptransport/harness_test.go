package httptransport

import (
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

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	legacy = "2025-11-25"
	modern = "2026-07-28"
	// patience is how long a test waits for what should come at once.
	patience = 20 * time.Second
)

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
	mcpServer := mcpserver.New(d, mcpserver.Options{Version: "1", Logger: o.Logger})
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

func (b *bench) addTools(s *mcpserver.Server) {
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
