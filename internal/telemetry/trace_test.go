package telemetry_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/syncbuf"
)

const (
	callersTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	callersSpan  = "00f067aa0ba902b7"
)

func traceparent(flags string) string { return "00-" + callersTrace + "-" + callersSpan + "-" + flags }

// TestTraceOfADownload follows a call from its caller's span to each request to
// PingOne and the storage, retries too.
func TestTraceOfADownload(t *testing.T) {
	c, log := newCollector(t), &syncbuf.Buffer{}
	o := newObserver(t, c.settings(log))
	b := newObservedServer(t, o, log)
	b.box.Inject(sandbox.Fault{Operation: "storage", Times: 1, Status: 503})
	answer := b.call("download_asset", `{"integration":"PingID Integration Kit","version":"2.24.0"}`, "traceparent", traceparent("01"), "tracestate", "vendor=s3cret")
	if strings.Contains(answer, `"isError":true`) {
		t.Fatal(answer)
	}
	b.stop()
	o.Close()

	root := c.spans[slices.IndexFunc(c.spans, func(s *trace.Span) bool { return s.Kind == trace.Span_SPAN_KIND_SERVER })]
	if root.Name != "tools/call download_asset" || hex.EncodeToString(root.ParentSpanId) != callersSpan || root.Flags != 0x301 || root.Status.Code != 0 {
		t.Errorf("the call is %v", root)
	}
	called := attributes(root.Attributes)
	transaction := called["pingkit.transaction_id"]
	if called["mcp.method.name"] != "tools/call" || called["gen_ai.tool.name"] != "download_asset" || called["pingkit.outcome"] != "ok" || transaction == "" {
		t.Errorf("the call has %v", called)
	}
	var requests []string
	slices.SortFunc(c.spans, func(a, b *trace.Span) int { return int(a.StartTimeUnixNano) - int(b.StartTimeUnixNano) })
	for _, s := range c.spans {
		if hex.EncodeToString(s.TraceId) != callersTrace || s.EndTimeUnixNano < s.StartTimeUnixNano {
			t.Errorf("a span of another trace, or none: %v", s)
		}
		if s == root {
			continue
		}
		if s.Kind != trace.Span_SPAN_KIND_CLIENT || string(s.ParentSpanId) != string(root.SpanId) || s.Flags != 0x101 {
			t.Errorf("no child of the call: %v", s)
		}
		a := attributes(s.Attributes)
		requests = append(requests, fmt.Sprintf("%s: %s %s %s %s", s.Name, a["pingkit.system"], a["http.response.status_code"], a["error.type"], a["http.request.resend_count"]))
	}
	const integrations = "GET /v1/environments/{}/integrations"
	want := []string{
		"POST /{}/as/token: PingOne sign-in 200  ",
		"GET /v1/environments: PingOne 200  ",
		integrations + ": PingOne 200  ",
		integrations + "/{}/versions: PingOne 200  ",
		integrations + "/{}/versions/{}/asset: PingOne 307  ",
		"GET: storage 503 503 ",
		"GET: storage 200  1",
	}
	if !slices.Equal(requests, want) {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(requests, "\n"), strings.Join(want, "\n"))
	}
	if c.resource["service.name"] != "pingkit-mcp-server" || c.resource["service.version"] != "1.2.3" || c.resource["service.instance.id"] == "" {
		t.Errorf("the resource is %v", c.resource)
	}
	holdsNothing(t, "what was sent", c.raw.String())
	theLine(t, log, map[string]any{
		"tool": "download_asset", "request_id": "request-4711", "caller": theCaller, "outcome": "ok",
		"transaction_id": transaction, "trace_id": callersTrace,
	})
}

// holdsNothing looks for content that telemetry must not hold.
func holdsNothing(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range []string{
		"PingID", "2.24.0", sandbox.PingIDIntegrationID, sandbox.PingIDVersionID, sandbox.CatalogEnvironmentID, // arguments and ids
		sandbox.ClientID, sandbox.ClientSecret, sandbox.WorkerEnvironmentID, "Bearer", "t0k3n", // credentials
		"X-Amz", "Signature", "s3cret", "limit=", "filter=", // queries
		"jane.doe", "issuer.example", "Payroll", // people and their applications
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%s holds %s", what, secret)
		}
	}
}

// theLine wants the log to have a line for a call with these fields, without the
// content of the call.
func theLine(t *testing.T, log *syncbuf.Buffer, want map[string]any) {
	t.Helper()
	for line := range strings.Lines(log.String()) {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil || fields["msg"] != "tool call" || fields["tool"] != want["tool"] {
			continue
		}
		for name, value := range want {
			if fields[name] != value {
				t.Errorf("%s is %v in the log, want %v", name, fields[name], value)
			}
		}
		if _, ok := fields["duration"].(float64); !ok {
			t.Errorf("the duration is %v", fields["duration"])
		}
		if strings.Contains(line, "PingID") || strings.Contains(line, "t0k3n") {
			t.Errorf("the log has %s", line)
		}
		return
	}
	t.Errorf("no line of %v in the log:\n%s", want["tool"], log)
}

// TestTraceOfAFailure exports a failed call without its reason.
func TestTraceOfAFailure(t *testing.T) {
	c := newCollector(t)
	o := newObserver(t, c.settings(&syncbuf.Buffer{}))
	b := newObservedServer(t, o, &syncbuf.Buffer{})
	b.box.Inject(sandbox.Fault{System: sandbox.PingCentral, DropBefore: true})
	if answer := b.call("get_application", `{"application":"Payroll of jane.doe"}`); !strings.Contains(answer, `"isError":true`) {
		t.Error(answer)
	}
	b.stop()
	o.Close()
	failed := 0
	for _, s := range c.spans {
		if s.Status.Code == trace.Status_STATUS_CODE_ERROR {
			failed++
		}
		a := attributes(s.Attributes)
		if s.Kind == trace.Span_SPAN_KIND_CLIENT && a["error.type"] != "connection" || s.Kind == trace.Span_SPAN_KIND_SERVER && a["error.type"] != "tool_error" {
			t.Errorf("%s has %v", s.Name, a)
		}
		if s.Status.Message != "" || len(s.Events) > 0 {
			t.Errorf("%s says %q, %v", s.Name, s.Status.Message, s.Events)
		}
	}
	if failed < 2 || failed != len(c.spans) {
		t.Errorf("%d of %d spans failed", failed, len(c.spans))
	}
	holdsNothing(t, "what was sent", c.raw.String())
}

// TestTraceparent continues a caller's trace, from _meta as well, and samples
// nothing that its caller does not sample.
func TestTraceparent(t *testing.T) {
	c := newCollector(t)
	o := newObserver(t, c.settings(&syncbuf.Buffer{}))
	s := server.NewMCPServer("test", "1", append(o.ServerOptions(),
		server.WithToolHandlerMiddleware(func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
			return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				ctx, end := o.Begin(ctx, telemetry.Call{Method: "tools/call", Tool: r.Params.Name})
				defer end(telemetry.OK)
				return next(ctx, r)
			}
		}))...)
	for name := range map[string]bool{"meta": true, "off": true, "none": true, "broken": true} {
		s.AddTool(mcp.Tool{Name: name, RawInputSchema: json.RawMessage(`{"type":"object"}`)},
			func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return mcp.NewToolResultText(telemetry.TraceID(ctx)), nil
			})
	}
	for name, meta := range map[string]string{
		"meta": `{"traceparent":"` + traceparent("01") + `"}`, "off": `{"traceparent":"` + traceparent("00") + `"}`,
		"none": `{}`, "broken": `{"traceparent":"00-` + strings.Repeat("0", 32) + `-` + callersSpan + `-01"}`,
	} {
		answer := s.HandleMessage(t.Context(), json.RawMessage(fmt.Sprintf(
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"_meta":%s}}`, name, meta)))
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if ours := strings.Contains(string(text), callersTrace); ours != (name == "meta") {
			t.Errorf("%s: %s", name, text)
		}
	}
	o.Close()
	for _, s := range c.spans {
		if root := len(s.ParentSpanId) == 0; root != (s.Name != "tools/call meta") {
			t.Errorf("%s has the parent %x", s.Name, s.ParentSpanId)
		}
	}
	if len(c.spans) != 3 { // not the one whose caller does not sample its trace
		t.Errorf("%d spans were sent, want 3", len(c.spans))
	}
}
