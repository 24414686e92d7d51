package mcpserver

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/mark3labs/mcp-go/server"
)

const (
	// stdioWorkers is how many tool calls run at a time. A few long downloads,
	// or questions that wait for their users, must not hold up the rest.
	stdioWorkers = 32
	stdioQueue   = 1000
	// leave is how long calls have to put things in order when the server ends:
	// to remove a half-written file, to note a write whose outcome is open.
	leave = 3 * time.Second
)

// Stdio serves one client on in and out until in ends or ctx is done, both of
// which are a good end. Nothing but JSON-RPC is written to out.
func (s *Server) Stdio(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wire := newLines(in, out, func() bool { return s.asking.open.Load() > 0 }, ctx.Done(), cancel)
	stdio := server.NewStdioServer(s.MCPServer)
	for _, option := range []server.StdioOption{
		server.WithErrorLogger(slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug)),
		server.WithWorkerPoolSize(stdioWorkers),
		server.WithQueueSize(stdioQueue),
		server.WithStdioContextFunc(func(ctx context.Context) context.Context { return WithNotifier(ctx, wire.notify) }),
	} {
		option(stdio)
	}
	done := make(chan error, 1)
	go func() { done <- stdio.Listen(ctx, wire, wire) }()
	select {
	case err := <-done:
		return goodEnd(err)
	case <-wire.ended:
	case <-ctx.Done():
	}
	timer := time.NewTimer(leave)
	defer timer.Stop()
	select {
	case err := <-done:
		return goodEnd(err)
	case <-timer.C:
		s.logger.Warn("calls were still running at the end")
		return nil
	}
}

func goodEnd(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
