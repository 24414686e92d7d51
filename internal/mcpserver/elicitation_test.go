package mcpserver

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// user responds to elicitations in a client of the stateful protocol.
type user func(ctx context.Context) (*mcp.ElicitationResult, error)

func (u user) Elicit(ctx context.Context, _ mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	return u(ctx)
}

// dial connects a client to a server with one tool, in the process.
func dial(t *testing.T, u user, tool server.ToolHandlerFunc, middleware ...server.ToolHandlerMiddleware) *client.Client {
	t.Helper()
	s := server.NewMCPServer("test", "1")
	s.Use(middleware...)
	s.AddTool(mcp.Tool{Name: "tool", RawInputSchema: json.RawMessage(`{"type":"object"}`)}, tool)
	c := client.NewClient(transport.NewInProcessTransportWithOptions(s, transport.WithElicitationHandler(u)),
		client.WithElicitationHandler(u), client.WithProtocolVersion(mcp.LATEST_LEGACY_PROTOCOL_VERSION))
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
		t.Fatal(err)
	}
	return c
}

func call(t *testing.T, c *client.Client) *mcp.CallToolResult {
	t.Helper()
	var request mcp.CallToolRequest
	request.Params.Name = "tool"
	result, err := c.CallTool(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func textOf(t *testing.T, result *mcp.CallToolResult) string {
	t.Helper()
	if len(result.Content) != 1 {
		t.Fatalf("the result is %+v", result)
	}
	return result.Content[0].(mcp.TextContent).Text
}

// asks is a tool that asks until it has an answer, or none.
func asks(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	if why := tools.UnansweredOf(ctx); why != "" {
		return mcp.NewToolResultText("no answer: " + string(why)), nil
	}
	if answer := server.ElicitationResponse(request.Params.InputResponses, "q"); answer != nil {
		return mcp.NewToolResultText(string(answer.Action) + " with " + request.Params.RequestState), nil
	}
	return server.NewInputRequestBuilder("the state").Elicit("q", mcp.ElicitationParams{
		Message: "?", RequestedSchema: json.RawMessage(`{"type":"object","properties":{}}`),
	}).ToolResult(), nil
}

func TestElicitationOfTheStatefulProtocol(t *testing.T) {
	accept := &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: mcp.ElicitationResponseActionAccept}}
	for name, test := range map[string]struct {
		user user
		want string
	}{
		"an answer": {func(context.Context) (*mcp.ElicitationResult, error) { return accept, nil }, "accept with the state"},
		"a failure": {func(context.Context) (*mcp.ElicitationResult, error) { return nil, errors.New("no window") }, "no answer: undeliverable"},
		"silence": {func(ctx context.Context) (*mcp.ElicitationResult, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "no answer: timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := elicitation{elicitationTimeout}
				begin := time.Now()
				if got := textOf(t, call(t, dial(t, test.user, asks, e.middleware))); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
				if name == "silence" && time.Since(begin) != elicitationTimeout {
					t.Errorf("it waited for %v, want %v", time.Since(begin), elicitationTimeout)
				}
			})
		})
	}
}

// TestElicitationsOfACallAreBounded has a tool that never stops asking.
func TestElicitationsOfACallAreBounded(t *testing.T) {
	elicitations := 0
	c := dial(t, func(context.Context) (*mcp.ElicitationResult, error) {
		elicitations++
		return &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: mcp.ElicitationResponseActionAccept}}, nil
	}, func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		request.Params.InputResponses = nil
		return asks(ctx, request)
	}, elicitation{elicitationTimeout}.middleware)
	if result := call(t, c); !result.IsError || elicitations != maxElicitations {
		t.Errorf("after %d elicitations: %+v", elicitations, result)
	}
}

func TestRecoveryKeepsThePanicToItself(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	c := dial(t, nil, func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic("s3cr3t")
	}, logging(logger, nil), recovery(logger))
	result := call(t, c)
	if !result.IsError || strings.Contains(textOf(t, result), "s3cr3t") || !strings.Contains(textOf(t, result), "fault in the server") {
		t.Errorf("got %+v", result)
	}
	if strings.Contains(log.String(), "s3cr3t") || !strings.Contains(log.String(), "recovery.go") || !strings.Contains(log.String(), "outcome=error") {
		t.Errorf("the log is %s", log.String())
	}
}
