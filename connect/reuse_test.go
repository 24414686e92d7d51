package connect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// counted counts the connections that are made for the calls of a context.
func counted(ctx context.Context) (context.Context, *atomic.Int64) {
	made := &atomic.Int64{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if !info.Reused {
			made.Add(1)
		}
	}}), made
}

// barrier lets nobody pass before as many are there.
func barrier(count int) func() {
	var mu sync.Mutex
	waiting, open := 0, make(chan struct{})
	return func() {
		mu.Lock()
		here := open
		if waiting++; waiting == count {
			waiting, open = 0, make(chan struct{})
			close(here)
		}
		mu.Unlock()
		select {
		case <-here:
		case <-time.After(20 * time.Second): // some of them did not come: the test fails by its counts
		}
	}
}

// TestConnections has callers share connections: one after another they need
// one, and 32 at a time no more than 32, which are kept. Over TLS it is HTTP/2,
// where one does for all.
func TestConnections(t *testing.T) {
	t.Parallel()
	const callers = 32
	for name, test := range map[string]struct {
		options  sandbox.Options
		protocol string
		most     int64 // connections
	}{
		"plain": {sandbox.Options{}, "HTTP/1.1", callers},
		"TLS":   {sandbox.Options{TLS: true}, "HTTP/2.0", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandboxtest.New(t, test.options)
			client := sandboxClient(t, s)
			list := func(ctx context.Context) {
				resp, err := client.ListEnvironments(ctx, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if resp.Proto != test.protocol {
					t.Errorf("the protocol is %s", resp.Proto)
				}
				if _, err := connect.JSON[pingone.EnvironmentCollection](resp, nil); err != nil {
					t.Error(err)
				}
			}
			list(t.Context()) // which gets the token as well
			ctx, made := counted(t.Context())
			for range 20 {
				list(ctx)
			}
			if made.Load() != 0 {
				t.Errorf("20 calls in a row made %d connections more", made.Load())
			}
			s.Inject(sandbox.Fault{System: sandbox.PingOneAPI, Before: barrier(callers)})
			for _, most := range []int64{test.most - 1, 0} { // less the one that is there, and then all are
				ctx, made := counted(t.Context())
				var all sync.WaitGroup
				for range callers {
					all.Go(func() { list(ctx) })
				}
				all.Wait()
				if made.Load() > most {
					t.Errorf("%d calls at a time made %d connections more, not %d", callers, made.Load(), most)
				}
			}
		})
	}
}

// TestConnectionsSurviveErrors has a connection used on after an answer that
// nobody wanted, whatever its form: of known length or not, read, retried or
// dropped.
func TestConnectionsSurviveErrors(t *testing.T) {
	t.Parallel()
	page := "<html>" + strings.Repeat("<p>no</p>", 4000) + "</html>"
	unknown := func() io.Reader { return strings.NewReader(page) }
	for name, fault := range map[string]sandbox.Fault{
		"JSON":                      {Status: http.StatusNotFound},
		"a page":                    {Status: http.StatusForbidden, Body: page},
		"a page of unknown length":  {Status: http.StatusForbidden, Content: unknown},
		"nothing":                   {Status: http.StatusBadRequest, NoBody: true},
		"a retry":                   {Status: http.StatusServiceUnavailable, Body: page},
		"a retry, length unknown":   {Status: http.StatusServiceUnavailable, Content: unknown},
		"a token that is not taken": {Status: http.StatusUnauthorized, Content: unknown},
		"no JSON":                   {Status: http.StatusOK, Body: page},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandboxtest.New(t, sandbox.Options{})
			client := sandboxClient(t, s)
			list := func(ctx context.Context) error {
				_, err := connect.JSON[pingone.EnvironmentCollection](client.ListEnvironments(ctx, nil))
				return err
			}
			if err := list(t.Context()); err != nil {
				t.Fatal(err)
			}
			fault.System, fault.Times = sandbox.PingOneAPI, 1
			s.Inject(fault)
			ctx, made := counted(t.Context())
			if err := list(ctx); err != nil && fault.Status == http.StatusServiceUnavailable {
				t.Error(err)
			}
			if err := list(ctx); err != nil {
				t.Error(err)
			}
			if made.Load() != 0 {
				t.Errorf("%d connections more were made", made.Load())
			}
		})
	}
}

// TestRedirectKeepsConnections downloads three times: the connections to PingOne
// and to the storage are there after the first.
func TestRedirectKeepsConnections(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	client := sandboxClient(t, s)
	integration, version := newestKit(t, client)
	for turn, want := range []int64{1, 0, 0} {
		ctx, made := counted(t.Context())
		asset, err := client.OpenAsset(ctx, sandbox.CatalogEnvironmentID, integration, version, connect.Range{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, asset.Body)
		if err := errors.Join(err, asset.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if made.Load() != want {
			t.Errorf("download %d made %d connections, not %d", turn+1, made.Load(), want)
		}
	}
}

// TestDrainIsBounded retries although the refusal's body does not end.
func TestDrainIsBounded(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "no")
		w.(http.Flusher).Flush()
		<-r.Context().Done() // the client has to give up
	}
	p := newPingOne(t, inTurn(endless, answer(`{}`)))
	if _, err := connect.JSON[pingone.EnvironmentCollection](p.client(t).ListEnvironments(t.Context(), nil)); err != nil {
		t.Error(err)
	}
}
