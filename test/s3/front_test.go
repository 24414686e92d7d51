//go:build integration

package s3

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// front stands before a storage, notes what is asked of it, and cuts answers
// off. It changes nothing else: the signatures cover the host.
type front struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*exchange
	cuts []cut
}

// exchange is a request for an object, and the answer.
type exchange struct {
	method, authorization, cookie, ranged, ifRange string
	status                                         int
	bytes                                          int64 // that were sent of the body
}

// cut says where an answer breaks off, and what happens at that moment.
type cut struct {
	after int64
	then  func()
}

func newFront(t *testing.T, address string) *front {
	t.Helper()
	f := &front{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: address})
			r.Out.Host = r.In.Host
		},
		ModifyResponse: f.note,
		FlushInterval:  -1, // what was counted was sent
		ErrorLog:       log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway) // as where a storage is down
		},
	}
	f.Server = httptest.NewServer(proxy)
	t.Cleanup(f.Close)
	return f
}

// address is the front's, by another host name than the API's.
func (f *front) address() string {
	return strings.Replace(f.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
}

// cutOff orders the cuts of the next successful answers, one for each.
func (f *front) cutOff(cuts ...cut) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cuts = cuts
}

// since forgets what was seen before, and returns it.
func (f *front) since() []exchange {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := make([]exchange, len(f.seen))
	for i, e := range f.seen {
		seen[i] = *e
	}
	f.seen = nil
	return seen
}

// note keeps what clients with presigned links ask. The uploads, which carry a
// signature in their header, pass.
func (f *front) note(resp *http.Response) error {
	r := resp.Request
	if r.URL.Query().Get("X-Amz-Signature") == "" {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	this := &exchange{
		method: r.Method, authorization: r.Header.Get("Authorization"), cookie: r.Header.Get("Cookie"),
		ranged: r.Header.Get("Range"), ifRange: r.Header.Get("If-Range"), status: resp.StatusCode,
	}
	f.seen = append(f.seen, this)
	body := &body{ReadCloser: resp.Body, front: f, of: this, left: -1}
	if resp.StatusCode/100 == 2 && len(f.cuts) > 0 {
		body.left, body.then = f.cuts[0].after, f.cuts[0].then
		f.cuts = f.cuts[1:]
	}
	resp.Body = body
	return nil
}

// body counts what it passes on, and breaks off when nothing is left to pass.
type body struct {
	io.ReadCloser
	front *front
	of    *exchange
	left  int64 // -1: no end
	then  func()
}

func (b *body) Read(p []byte) (int, error) {
	if b.left == 0 {
		if b.then != nil {
			b.then()
		}
		return 0, io.ErrUnexpectedEOF
	}
	if b.left > 0 && int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left > 0 {
		b.left -= int64(n)
	}
	b.front.mu.Lock()
	defer b.front.mu.Unlock()
	b.of.bytes += int64(n)
	return n, err
}
