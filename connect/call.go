package connect

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// caller sends the requests of one system through the layers below it, and is
// what the generated clients use in place of an http.Client. It follows no
// redirect, because none of its layers does.
type caller struct {
	system  System
	signIn  bool        // the calls ask for an access token
	header  http.Header // stands on every request
	secrets *secrets
	next    http.RoundTripper
}

// call is what the layers, and later the readers of the answer, know of one
// call. It travels in the request's context, and so in the answer's.
type call struct {
	system        System
	signIn        bool
	transactionID string
	secrets       *secrets
	stream        bool         // the answer is a file, not a document
	attempt       atomic.Int32 // from 1; a second request with a new token counts too
	reached       atomic.Bool  // a connection to the system was had
	answers       *holding     // what is held of its answer
	own           bool         // answers ends with the answer
	holds         bool         // the answer was read into memory
}

type callKey struct{}

// callOf returns the call that ctx belongs to; for a request that was not sent
// by this package, one that knows nothing.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{answers: answers.hold(), own: true}
}

// redact returns text without the secrets that the client and the context of
// req know, and without more.
func redact(req *http.Request, text string, more ...string) string {
	if req == nil {
		return (*secrets)(nil).redact(text, more...)
	}
	return callOf(req.Context()).secrets.redact(text, append(secretsIn(req.Context()), more...)...)
}

type streamKey struct{}

// streamed marks calls whose answer is a file: it is not held in memory, and
// may take as long as it keeps arriving.
func streamed(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamKey{}, true)
}

// Do sends a request; its error is an *Error.
func (c *caller) Do(req *http.Request) (*http.Response, error) {
	req = c.prepare(req)
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, failure(req, err)
	}
	return resp, nil
}

// RoundTrip is Do, for the http.Client that the oauth2 package asks for.
func (c *caller) RoundTrip(req *http.Request) (*http.Response, error) { return c.Do(req) }

func (c *caller) prepare(req *http.Request) *http.Request {
	ctx := req.Context()
	this := &call{system: c.system, signIn: c.signIn, secrets: c.secrets, transactionID: TransactionID(ctx)}
	this.answers, this.own = holdingOf(ctx, c.signIn)
	this.stream = !c.signIn && ctx.Value(streamKey{}) != nil
	if id := allowedID(req.Header.Get(transactionHeader)); id != "" {
		this.transactionID = id
	}
	if this.transactionID == "" {
		this.transactionID = NewTransactionID()
	}
	req = req.WithContext(context.WithValue(ctx, callKey{}, this))
	req.Header = req.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json, */*;q=0.1")
	}
	if c.system == SystemPingOne {
		req.Header.Set(transactionHeader, this.transactionID)
	}
	return req
}

// layers stacks what every request passes: retries, then credentials (where
// there are any), then what belongs to one attempt.
func layers(o options, network http.RoundTripper, login credentials, bound base) http.RoundTripper {
	attempt := attempts(o, network)
	if login != nil {
		attempt = &authorizer{next: attempt, credentials: login, bound: bound}
	}
	return &retrier{next: attempt, budget: o.budget}
}

// attempts stacks what belongs to one attempt: the watch over it, its observer,
// its log line, the network.
func attempts(o options, network http.RoundTripper) http.RoundTripper {
	network = &log{next: network, logger: o.logger}
	if o.observer != nil {
		network = &observed{next: network, begin: o.observer}
	}
	return &watch{next: network, head: o.head, idle: idleTimeout, total: documentTimeout}
}

// idleTimeout is how long a body may pause; documentTimeout is how long a JSON
// document may take in all, so that a trickle does not hold a caller for longer
// than the 60 seconds after which clients of an MCP server give up.
const (
	idleTimeout     = 30 * time.Second
	documentTimeout = 45 * time.Second
)
