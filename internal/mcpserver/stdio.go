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
	// cleanupTimeout is how long cancelled calls have when the server ends: to
	// remove a half-written file, to audit a write whose outcome is open.
	cleanupTimeout = 3 * time.Second
	// DefaultStdioGrace is how long calls may go on after the end of input. It
	// is longer than most calls, and shorter than a person waits for a client
	// to quit.
	DefaultStdioGrace = 10 * time.Second
)

// Stdio serves one client on in and out until in ends or ctx is done, neither of
// which is an error. At the end of in, calls that run may finish within grace;
// the end of ctx cancels them. Nothing but JSON-RPC is written to out.
func (s *Server) Stdio(ctx context.Context, in io.Reader, out io.Writer, grace time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wire := newLines(in, out, grace, ctx.Done(), cancel)
	stdio := server.NewStdioServer(s.MCPServer)
	for _, option := range []server.StdioOption{
		server.WithErrorLogger(slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug)),
		server.WithWorkerPoolSize(stdioWorkers),
		server.WithQueueSize(stdioQueue),
		server.WithStdioContextFunc(func(ctx context.Context) context.Context {
			return WithRequester(WithNotifier(ctx, wire.notify), wire.request)
		}),
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
	timer := time.NewTimer(cleanupTimeout)
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
