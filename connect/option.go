package connect

import (
	"context"
	"log/slog"
	"time"
)

// Option changes how a client behaves.
type Option func(*options)

type options struct {
	logger    *slog.Logger
	userAgent string
	budget    time.Duration
	observer  func(context.Context, Attempt) func(AttemptEnd) // or nil
}

// retryBudget is how long a call may take in all, waiting included, and still
// be tried again. Clients of an MCP server give up after 60 seconds.
const retryBudget = 30 * time.Second

func optionsOf(list []Option) options {
	o := options{logger: slog.New(slog.DiscardHandler), userAgent: "pingkit", budget: retryBudget}
	for _, apply := range list {
		apply(&o)
	}
	return o
}

// WithLogger logs each request that is sent at level debug: method, host, path,
// status, duration, attempt and transaction id; no query, header or body. The
// default is silence.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) {
		if logger != nil {
			o.logger = logger
		}
	}
}

// WithUserAgent names the program in each request; the default is "pingkit".
func WithUserAgent(name string) Option {
	return func(o *options) { o.userAgent = visibleASCII(name) }
}

// WithRetryBudget bounds how long a read may be tried again, counted from its
// first attempt, in addition to the deadline of the caller's context. The
// default is 30 seconds; zero means one attempt only.
func WithRetryBudget(budget time.Duration) Option {
	return func(o *options) { o.budget = budget }
}

// visibleASCII keeps what may stand in a header.
func visibleASCII(s string) string {
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] >= ' ' && s[i] <= '~' {
			kept = append(kept, s[i])
		}
	}
	return string(kept)
}
