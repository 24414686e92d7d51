package connect

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What takes long in reality is tested here on a clock that jumps.

// upstream is a system at the end of the layers.
type upstream func(*http.Request) (*http.Response, error)

func (u upstream) RoundTrip(req *http.Request) (*http.Response, error) { return u(req) }

func request(t *testing.T, method string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "https://api.example/v1/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func reply(req *http.Request, status int, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: req}
	for i := 0; i+1 < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

// The waits are spread over the whole time below a ceiling that doubles, so
// that callers who failed together do not return together.
func TestFullJitter(t *testing.T) {
	t.Parallel()
	unavailable := reply(nil, 503)
	for attempt, ceiling := range []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second} {
		var low, high int
		for range 2000 {
			wait, again := pause(unavailable, nil, attempt+1)
			if !again || wait < 0 || wait >= ceiling {
				t.Fatalf("attempt %d: waits %s, ceiling %s", attempt+1, wait, ceiling)
			}
			if wait < ceiling/10 {
				low++
			}
			if wait > ceiling*9/10 {
				high++
			}
		}
		if low < 100 || high < 100 {
			t.Errorf("attempt %d: of 2000 waits, %d in the lowest tenth and %d in the highest", attempt+1, low, high)
		}
	}
	if _, again := pause(unavailable, nil, maxAttempts); again {
		t.Error("there is no end")
	}
}

func TestRetryAfterIsNeverCutShort(t *testing.T) {
	t.Parallel()
	for range 100 {
		seconds := time.Duration(1+rand.IntN(20)) * time.Second
		wait, again := pause(reply(nil, 429, "Retry-After", seconds.String()[:len(seconds.String())-1]), nil, 1)
		if !again || wait < seconds || wait > seconds+firstCeiling {
			t.Fatalf("waits %s, asked for %s", wait, seconds)
		}
	}
}

func TestRetryAfterForms(t *testing.T) {
	t.Parallel()
	const date = "Sun, 06 Nov 1994 08:49:37 GMT"
	for _, test := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0}, {"0", "", 0}, {"120", "", 2 * time.Minute}, {" 7 ", "", 7 * time.Second},
		{"-5", "", 0}, {"1.5", "", 0}, {"soon", "", 0}, {"1e3", "", 0},
		{"Sun, 06 Nov 1994 08:49:47 GMT", date, 10 * time.Second},
		{"Sunday, 06-Nov-94 08:49:47 GMT", date, 10 * time.Second},
		{"Sun Nov  6 08:49:47 1994", date, 10 * time.Second},
		{date, "Sun, 06 Nov 1994 09:49:37 GMT", 0},
		{date, "", 0},
	} {
		resp := reply(nil, 429, "Retry-After", test.value, "Date", test.date)
		if got := retryAfter(resp); got != test.want {
			t.Errorf("Retry-After %q at %q is %s, want %s", test.value, test.date, got, test.want)
		}
	}
}

// A storm of 429 that always asks for ten seconds: the third wait would exceed
// the budget, and is not begun.
func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := &retrier{budget: 25 * time.Second, next: upstream(func(req *http.Request) (*http.Response, error) {
			calls++
			return reply(req, 429, "Retry-After", "10"), nil
		})}
		start := time.Now()
		resp, err := r.RoundTrip(request(t, http.MethodGet))
		if err != nil || resp.StatusCode != 429 {
			t.Errorf("got %v, %v", resp, err)
		}
		if took := time.Since(start); calls != 3 || took < 20*time.Second || took > 25*time.Second {
			t.Errorf("%d calls in %s", calls, took)
		}
	})
}

// A system that takes a read and says nothing is given up, and asked once more; a
// write waits for as long as its caller does.
func TestSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		silent := upstream(func(req *http.Request) (*http.Response, error) {
			calls++
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		attempt := func(ctx context.Context, method string) (time.Duration, error) {
			calls = 0
			start := time.Now()
			r := &retrier{budget: retryBudget, next: &watch{next: silent, head: headerTimeout, idle: idleTimeout, total: documentTimeout}}
			_, err := r.RoundTrip(request(t, method).WithContext(ctx))
			return time.Since(start), err
		}
		if took, err := attempt(t.Context(), http.MethodGet); !errors.Is(err, errSilent) || calls != 2 || took > 50*time.Second {
			t.Errorf("a read: %d calls in %s, %v", calls, took, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if took, err := attempt(ctx, http.MethodPost); errors.Is(err, errSilent) || calls != 1 || took != time.Hour {
			t.Errorf("a write: %d calls in %s, %v", calls, took, err)
		}
	})
}

func TestWritesPassOnce(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		for _, fault := range []error{nil, io.ErrUnexpectedEOF} {
			calls := 0
			r := &retrier{budget: time.Minute, next: upstream(func(req *http.Request) (*http.Response, error) {
				calls++
				return reply(req, 503), fault
			})}
			if _, err := r.RoundTrip(request(t, method)); calls != 1 || !errors.Is(err, fault) {
				t.Errorf("%s: %d calls, %v", method, calls, err)
			}
		}
	}
}

// renewable are credentials of which there is always a next one.
type renewable struct{ n int }

func (r *renewable) value(*http.Request) (string, error) { return strings.Repeat("x", r.n), nil }

func (r *renewable) refused(string) bool { r.n++; return true }

// Not even a 401 with a new token at hand makes a write be sent again.
func TestRefusedWriteIsNotRepeated(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{http.MethodGet: 2, http.MethodPost: 1, http.MethodPut: 1} {
		req := request(t, method)
		calls := 0
		a := &authorizer{credentials: &renewable{n: 1}, bound: newBase(req.URL.JoinPath("..")), next: upstream(func(req *http.Request) (*http.Response, error) {
			calls++
			return reply(req, 401), nil
		})}
		if _, err := a.RoundTrip(req); err != nil || calls != want {
			t.Errorf("%s: %d calls, want %d; %v", method, calls, want, err)
		}
	}
}

// Only the newest tokens are remembered, however long the program runs.
func TestRedactionForgetsOldTokens(t *testing.T) {
	t.Parallel()
	known := newSecrets("abc", "", "the-secret")
	for i := range 100 {
		known.add("token-" + strings.Repeat("x", i))
	}
	if n := len(known.recent); n != tokensKept {
		t.Errorf("%d tokens are kept", n)
	}
	if got := known.redact("abc the-secret"); got != "abc [redacted]" {
		t.Errorf("got %q", got)
	}
}
