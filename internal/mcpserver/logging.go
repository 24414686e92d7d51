package mcpserver

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/mcpserver/mcpgofix"
	"example.com/pingkit/internal/sanitize"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/tools"
)

// maxLogged bounds what of a request is logged as its sender wrote it, in
// characters.
const maxLogged = 200

// logging gives each call a transaction id, under which PingOne's audit report
// and this log show it, writes one line when it ends, and tells the observer.
// Values of arguments are never written.
func logging(logger *slog.Logger, observer *telemetry.Observer) server.ToolHandlerMiddleware {
	return func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
		return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			start := time.Now()
			transaction := connect.NewTransactionID()
			ctx, ended := observer.Begin(connect.WithTransactionID(ctx, transaction),
				telemetry.Call{Method: string(mcp.MethodToolsCall), Tool: request.Params.Name, TransactionID: transaction})
			result, err := next(ctx, request)
			how := outcome(ctx, result, err)
			ended(how)
			observer.Approved(request.Params.Name, approval(request.Params.Name, how, result))
			attrs := append(make([]slog.Attr, 0, maxAttrs), slog.String("tool", request.Params.Name))
			if id := request.Header.Get(requestIDHeader); id != "" {
				attrs = append(attrs, slog.String("request_id", id))
			}
			logger.LogAttrs(ctx, slog.LevelInfo, "tool call", lineOf(ctx, attrs, start, how)...)
			return result, err
		}
	}
}

// maxAttrs is how many attributes a line may have.
const maxAttrs = 8

// lineOf adds what the lines of all calls have in common.
func lineOf(ctx context.Context, attrs []slog.Attr, start time.Time, outcome string) []slog.Attr {
	attrs = append(attrs, slog.Duration("duration", time.Since(start).Round(time.Millisecond)), slog.String("outcome", outcome))
	if caller := tools.CallerOf(ctx); caller != "" {
		attrs = append(attrs, slog.String("caller", sanitize.Line(caller, maxLogged)))
	}
	attrs = append(attrs, slog.String("transaction_id", connect.TransactionID(ctx)))
	if trace := telemetry.TraceID(ctx); trace != "" {
		attrs = append(attrs, slog.String("trace_id", trace))
	}
	return attrs
}

func outcome(ctx context.Context, result *mcp.CallToolResult, err error) string {
	switch {
	case ctx.Err() != nil:
		return telemetry.Cancelled
	case err != nil || result == nil || result.IsError:
		return telemetry.Failed
	case result.NeedsInput():
		return telemetry.Asked
	}
	return telemetry.OK
}

// approval is what became of the approval of a call that needs one, else "".
func approval(tool, outcome string, result *mcp.CallToolResult) string {
	if !tools.NeedsApproval(tool) {
		return ""
	}
	if outcome != telemetry.OK {
		return outcome
	}
	return tools.ApprovalOf(result)
}

// requestIDHeader carries the JSON-RPC id of a call to where it is logged:
// mcp-go knows it in its hooks only. Whatever a caller sends by this name is
// replaced.
const requestIDHeader = "Pingkit-Request-Id"

func noteRequestID(_ context.Context, id any, request *mcp.CallToolRequest) {
	if r, ok := id.(mcp.RequestId); ok {
		id = r.Value()
	}
	if f, ok := id.(float64); ok {
		id = strconv.FormatFloat(f, 'f', -1, 64)
	}
	header := request.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(requestIDHeader, sanitize.Line(strings.TrimPrefix(fmt.Sprint(id), mcpgofix.IDMark()), maxLogged))
	request.Header = header
}
