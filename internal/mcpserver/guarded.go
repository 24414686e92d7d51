package mcpserver

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/tools"
)

// guarded runs what reads for a resource or a completion as middleware does for
// tools: with a transaction id, a line in the log, an observer, and an error in
// words even where it panics.
func (s *Server) guarded(ctx context.Context, method mcp.MCPMethod, what string, read func(context.Context) error) (err error) {
	start := time.Now()
	transaction := connect.NewTransactionID()
	ctx, observed := s.observer.Begin(connect.WithTransactionID(ctx, transaction), telemetry.Call{Method: string(method), TransactionID: transaction})
	defer func() {
		if recover() != nil {
			logPanic(ctx, s.logger, what)
			err = errors.New("a fault in the server; its log has the place")
		}
		how := telemetry.OK
		if ctx.Err() != nil {
			how = telemetry.Cancelled
		} else if err != nil {
			how = telemetry.Failed
		}
		observed(how)
		s.logger.LogAttrs(ctx, slog.LevelInfo, what, lineOf(ctx, nil, start, how)...)
	}()
	if err := read(ctx); err != nil {
		return errors.New(tools.Explain(err))
	}
	return nil
}
