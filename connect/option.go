package connect

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"
)

// Option changes how a client behaves.
type Option func(*options)

type options struct {
	logger    *slog.Logger
	userAgent string
	budget    time.Duration
	observer  func(context.Context, Attempt) func(AttemptEnd) // or nil
	// head and storageHead are how long an answer may take to begin, idle how long
	// a connection is kept without a request.
	head, storageHead, idle time.Duration
}

// retryBudget is how long a call may take in all, waiting included, and still
// be tried again. Clients of an MCP server give up after 60 seconds.
const retryBudget = 30 * time.Second

func optionsOf(list []Option) options {
	o := options{logger: slog.New(slog.DiscardHandler), userAgent: "pingkit", budget: retryBudget, head: headerTimeout, storageHead: storageTimeout, idle: idleConnTimeout}
	for _, apply := range list {
		apply(&o)
	}
	return o
}

// forStorage returns the options of the storage's client.
func (o options) forStorage() options {
	o.head = o.storageHead
	return o
}

// transport is newTransport with what the options say.
func (o options) transport(config *tls.Config, wait time.Duration) *http.Transport {
	network := newTransport(config, wait)
	network.IdleConnTimeout = o.idle
	return network
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

// WithResponseTimeout is how long a read may wait for its answer to begin; the
// defaults are 20 seconds, and 2 minutes for the storage of the assets: a proxy
// that scans files passes on the first byte when it has read the last. Zero
// keeps a default.
func WithResponseTimeout(api, storage time.Duration) Option {
	return func(o *options) {
		if api > 0 {
			o.head = api
		}
		if storage > 0 {
			o.storageHead = storage
		}
	}
}

// WithIdleTimeout is how long a connection is kept without a request; the default
// is 90 seconds. It should be shorter than that of a balancer in between, which
// may drop connections without a word. Zero keeps the default.
func WithIdleTimeout(idle time.Duration) Option {
	return func(o *options) {
		if idle > 0 {
			o.idle = idle
		}
	}
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
