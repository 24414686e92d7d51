package connect

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// Attempt is one request of a call, as it is sent. It holds nothing that a
// caller gave: no id, no name, no query.
type Attempt struct {
	System System
	SignIn bool // it asks for an access token
	Method string
	Host   string // with its port, if the address has one
	Route  string // the path with {} in place of ids; empty for a storage
	Number int    // from 1; more than 1 is a retry
}

// AttemptEnd is what became of an attempt.
type AttemptEnd struct {
	Status int   // 0: no answer
	Err    error // why there is no answer, or why it broke off; its text has no secret
	Bytes  int64 // of the body, as far as it was read
}

// WithObserver has begin called before each request that is sent, with the
// context of its call, and what begin returns called once when the answer was
// read or given up. Both run on the caller's time. Nothing that begin does is
// sent along: no system gets a header of tracing, a presigned URL least of all.
func WithObserver(begin func(context.Context, Attempt) func(AttemptEnd)) Option {
	return func(o *options) { o.observer = begin }
}

// observed tells the observer of each attempt.
type observed struct {
	next  http.RoundTripper
	begin func(context.Context, Attempt) func(AttemptEnd)
}

func (o *observed) RoundTrip(req *http.Request) (*http.Response, error) {
	this := callOf(req.Context())
	a := Attempt{System: this.system, SignIn: this.signIn, Method: req.Method, Host: req.URL.Host, Number: int(this.attempt.Load())}
	if this.system != SystemStorage {
		a.Route = route(req.URL.Path)
	}
	end := o.begin(req.Context(), a)
	resp, err := o.next.RoundTrip(req)
	if err != nil {
		end(AttemptEnd{Err: safely(req, err)})
		return nil, err
	}
	resp.Body = &observedBody{body: resp.Body, req: req, status: resp.StatusCode, end: end}
	return resp, nil
}

// observedBody notes how an answer ends.
type observedBody struct {
	body   io.ReadCloser
	req    *http.Request
	status int
	bytes  atomic.Int64
	once   sync.Once
	end    func(AttemptEnd)
}

func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.bytes.Add(int64(n))
	if err == io.EOF {
		b.ended(nil)
	} else if err != nil {
		b.ended(safely(b.req, err))
	}
	return n, err
}

// Close may come while Read still runs, from whoever gave the answer up.
func (b *observedBody) Close() error {
	b.ended(nil)
	return b.body.Close()
}

func (b *observedBody) ended(err error) {
	b.once.Do(func() { b.end(AttemptEnd{Status: b.status, Err: err, Bytes: b.bytes.Load()}) })
}

// routeWords are what the paths of the APIs and of token endpoints are made of
// besides ids and names.
var routeWords = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq("v1 api environments integrations versions asset attributes applications promotion history restore " +
		"as token oauth2 oauth") {
		words[word] = true
	}
	return words
}()

// route returns a path with {} in place of every segment that is not one of the
// known words, so that what a caller gave is not in it, and one kind of request
// has one route.
func route(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if segment != "" && !routeWords[segment] {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}
