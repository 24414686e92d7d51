package serve

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"pingkit/connect"
)

// logging gives each call a transaction id, under which PingOne's audit report
// and this log show it, and writes one line when it ends. Values of arguments
// are never written.
func logging(logger *slog.Logger) server.ToolHandlerMiddleware {
	return func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
		return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			start := time.Now()
			ctx = connect.WithTransactionID(ctx, "pingkit-"+uuid.NewString())
			result, err := next(ctx, request)
			logger.InfoContext(ctx, "tool call", "tool", request.Params.Name,
				"duration", time.Since(start).Round(time.Millisecond), "outcome", outcome(ctx, result, err),
				"transaction_id", connect.TransactionID(ctx))
			return result, err
		}
	}
}

func outcome(ctx context.Context, result *mcp.CallToolResult, err error) string {
	switch {
	case ctx.Err() != nil:
		return "cancelled"
	case err != nil || result == nil || result.IsError:
		return "error"
	case result.NeedsInput():
		return "asked"
	}
	return "ok"
}
