package connect_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

func TestReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"408": status(408), "429": status(429), "500": status(500), "502": status(502), "503": status(503), "504": status(504),
		"lost connection": hangUp,
		"document that breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/hal+json")
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"_embedded":`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, inTurn(fault, fault, answer(list)))
			if err := get(t.Context(), server.client(t)); err != nil {
				t.Error(err)
			}
			calls := server.calls()
			if len(calls) != 3 {
				t.Fatalf("%d calls, want 3", len(calls))
			}
			// PingOne's report shows the attempts as one transaction.
			for _, r := range calls {
				if got, want := r.Header.Get("X-Ping-External-Transaction-Id"), calls[0].Header.Get("X-Ping-External-Transaction-Id"); got != want {
					t.Errorf("transaction %q, then %q", want, got)
				}
			}
		})
	}
}

func TestRefusalsAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 403, 404, 405, 409, 410, 422, 501} {
		server := newPingOne(t, status(code))
		e := typed(t, get(t.Context(), server.client(t)))
		if e.Status != code || e.Temporary() {
			t.Errorf("got %+v", e)
		}
		if n := len(server.calls()); n != 1 {
			t.Errorf("%d: %d calls, want 1", code, n)
		}
	}
}

func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, status(503))
	e := typed(t, get(t.Context(), server.client(t)))
	if e.Status != 503 || !e.Temporary() {
		t.Errorf("got %+v", e)
	}
	if n := len(server.calls()); n != 5 {
		t.Errorf("%d calls, want 5", n)
	}
	server = newPingOne(t, status(503))
	if err := get(t.Context(), server.client(t, connect.WithRetryBudget(0))); err == nil {
		t.Error("no error")
	}
	if n := len(server.calls()); n != 1 {
		t.Errorf("without a budget: %d calls, want 1", n)
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	skewed := time.Now().Add(-48 * time.Hour).UTC()
	for name, fault := range map[string]http.HandlerFunc{
		"seconds": status(429, "Retry-After", "1"),
		// The server's clock is two days behind: only its own Date tells.
		"date": status(503, "Retry-After", skewed.Add(time.Second).Format(http.TimeFormat), "Date", skewed.Format(http.TimeFormat)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, inTurn(fault, answer(list)))
			start := time.Now()
			if err := get(t.Context(), server.client(t)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took < time.Second || took > 3*time.Second {
				t.Errorf("took %s, want a little more than the second that was asked for", took)
			}
		})
	}
}

// A wait that cannot end in time is not begun: the caller learns at once how
// long it would have been.
func TestRetryAfterBeyondPatience(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		deadline, budget time.Duration
		after            string
		want             time.Duration
	}{
		"beyond the deadline":      {1500 * time.Millisecond, time.Minute, "2", 2 * time.Second},
		"beyond the budget":        {time.Minute, 1500 * time.Millisecond, "2", 2 * time.Second},
		"beyond the usual budget":  {0, 30 * time.Second, "31", 31 * time.Second},
		"date beyond the deadline": {1500 * time.Millisecond, time.Minute, "Fri, 31 Dec 2100 23:59:59 GMT", time.Until(time.Date(2100, 12, 31, 23, 59, 59, 0, time.UTC))},
		"beyond all time":          {0, 30 * time.Second, "99999999999999999999", 1<<63 - 1},
		"beyond all durations":     {0, 30 * time.Second, "9999999999999", 1<<63 - 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, status(429, "Retry-After", test.after))
			ctx := t.Context()
			if test.deadline > 0 {
				ctx = within(t, test.deadline)
			}
			start := time.Now()
			e := typed(t, get(ctx, server.client(t, connect.WithRetryBudget(test.budget))))
			// The answer's Date has whole seconds.
			if e.Status != 429 || !e.Temporary() || e.RetryAfter < test.want-test.want/1000 || e.RetryAfter-test.want > time.Second {
				t.Errorf("got %v, Retry-After %s, want about %s", e, e.RetryAfter, test.want)
			}
			if took := time.Since(start); took > 1200*time.Millisecond {
				t.Errorf("told after %s, want at once", took)
			}
			if n := len(server.calls()); n != 1 {
				t.Errorf("%d calls, want 1", n)
			}
		})
	}
}

func TestDeadlineDuringAttempt(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, leave := context.WithCancelCause(within(t, 100*time.Millisecond))
	defer leave(nil)
	err := get(ctx, server.client(t))
	e := typed(t, err)
	if !errors.Is(err, context.DeadlineExceeded) || e.Status != 0 || !e.Sent || !e.Temporary() || e.InDoubt() {
		t.Errorf("got %+v", e)
	}
	if n := len(server.calls()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// The end of a context is recognised although the caller gave it another cause.
func TestCallerLeavesDuringWait(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, status(503, "Retry-After", "20"))
	ctx, leave := context.WithCancelCause(t.Context())
	cause := errors.New("shutting down")
	time.AfterFunc(100*time.Millisecond, func() { leave(cause) })
	start := time.Now()
	err := get(ctx, server.client(t))
	if !errors.Is(err, context.Canceled) || !errors.Is(err, cause) || typed(t, err).Temporary() {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("left after %s", took)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	client := server.client(t)
	if err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	server.Close()
	start := time.Now()
	e := typed(t, get(t.Context(), client))
	if e.Status != 0 || !e.Temporary() || e.Unauthorized() || e.SignIn {
		t.Errorf("got %+v", e)
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("gave up after %s", took)
	}
}

// One connection serves attempt after attempt and call after call.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, inTurn(status(503), answer(list)))
	var remotes sync.Map
	next := server.api
	server.api = func(w http.ResponseWriter, r *http.Request) {
		remotes.Store(r.RemoteAddr, true)
		next(w, r)
	}
	client := server.client(t)
	for range 5 {
		if err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for range remotes.Range {
		n++
	}
	if n != 1 {
		t.Errorf("%d connections for 6 requests in a row, want 1", n)
	}
}
