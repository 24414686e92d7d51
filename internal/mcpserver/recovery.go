package mcpserver

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// recovery turns a panic of a tool into an error result. What the panic says
// stays in the log: it may hold anything.
func recovery(logger *slog.Logger) server.ToolHandlerMiddleware {
	return func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
		return func(ctx context.Context, request mcp.CallToolRequest) (result *mcp.CallToolResult, err error) {
			defer func() {
				if recover() != nil {
					logPanic(ctx, logger, request.Params.Name)
					result, err = mcp.NewToolResultError(fmt.Sprintf(
						"%s failed by a fault in the server. Nothing more is known here; the server's log has the place. "+
							"Other tools still work.", request.Params.Name)), nil
				}
			}()
			return next(ctx, request)
		}
	}
}

// logPanic writes the place of a panic, without its value: a value may hold a
// secret, a stack of addresses and names does not.
func logPanic(ctx context.Context, logger *slog.Logger, where string) {
	logger.ErrorContext(ctx, "panic", "in", where, "stack", string(debug.Stack()))
}
