package mcpgofix

import (
	"context"
	"log/slog"
)

// Quiet is the log of mcp-go's transport.
// Fault of mcp-go v1.2.1: it logs each session and each client that goes away at
// high levels; all of it is for debugging.
type Quiet struct{ slog.Handler }

func (q Quiet) Enabled(ctx context.Context, _ slog.Level) bool {
	return q.Handler.Enabled(ctx, slog.LevelDebug)
}

func (q Quiet) Handle(ctx context.Context, record slog.Record) error {
	record.Level = slog.LevelDebug
	return q.Handler.Handle(ctx, record)
}

func (q Quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return Quiet{q.Handler.WithAttrs(attrs)} }

func (q Quiet) WithGroup(name string) slog.Handler { return Quiet{q.Handler.WithGroup(name)} }
