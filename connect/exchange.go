package connect

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// errEnded is the cause of a request whose connection or HTTP/2 stream ended
// after its headers were written. What the system did with it is not known:
// net/http keeps the reason, such as REFUSED_STREAM, to itself.
var errEnded = errors.New("the connection ended before an answer came")

// errUnused is the cause of a request that no connection took.
var errUnused = errors.New("each connection ended before the request could be sent")

// maxPicks is how many connections net/http may try before one takes the headers
// of a request. More than one is usual where a connection closes while it is
// chosen, or has no stream left.
const maxPicks = 10

// exchange keeps net/http from sending one request twice. On its own, net/http
// repeats a request below every layer of this package, without a limit in some
// cases: over HTTP/2 whatever the method, after REFUSED_STREAM, PROTOCOL_ERROR or
// a GOAWAY below the stream; over HTTP/1.1 a read, for each dead connection that
// was kept. A repetition gets a connection again, and is stopped there:
//
//   - Transport.Proxy is called each time that http.Transport looks for a
//     connection, over HTTP/1.1 and HTTP/2. Its error ends the request.
//   - httptrace's GotConn is called each time that the HTTP/2 client looks for a
//     stream. It writes no headers for a context that has ended.
//
// The retrier repeats a read instead, with a wait and a count.
type exchange struct {
	cancel context.CancelCauseFunc
	picks  atomic.Int32
	wrote  atomic.Bool // headers were written, or may have been
}

type exchangeKey struct{}

// begin returns the context of a request that may be sent once, and a function
// that ends it.
func begin(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	this := callOf(ctx)
	ctx, cancel := context.WithCancelCause(ctx)
	e := &exchange{cancel: cancel}
	ctx = httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, e), &httptrace.ClientTrace{
		// Bytes can reach the system from the moment there is a connection; the
		// later events of a trace come too late to prove that none did.
		GotConn: func(httptrace.GotConnInfo) {
			this.reached.Store(true)
			if err := e.pick(); err != nil {
				cancel(err)
			}
		},
		WroteHeaders: func() { e.wrote.Store(true) },
	})
	return ctx, cancel
}

// pick returns an error where the request must not get a connection.
func (e *exchange) pick() error {
	switch {
	case e.wrote.Load():
		return errEnded
	case e.picks.Add(1) > 2*maxPicks: // both hooks count
		return errUnused
	}
	return nil
}

// proxyOnce is proxyOf for a request that may still be sent.
func proxyOnce(req *http.Request) (*url.URL, error) {
	if e, ok := req.Context().Value(exchangeKey{}).(*exchange); ok {
		if err := e.pick(); err != nil {
			return nil, err
		}
	}
	return proxyOf(req)
}
