package connect

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The waits between attempts: full jitter below a ceiling that doubles.
const (
	maxAttempts  = 5
	firstCeiling = 250 * time.Millisecond
	lastCeiling  = 5 * time.Second
)

// retrier sends a read again when that may help (408, 429, 500, 502, 503, 504,
// a fault of the connection, a document that broke off). A write passes once.
type retrier struct {
	next   http.RoundTripper
	budget time.Duration
	posts  bool // requests are reads although they are POSTs, as at a token endpoint
}

func (r *retrier) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	this := callOf(ctx)
	again := r.posts || isRead(req.Method)
	for start := time.Now(); ; {
		this.attempt.Add(1)
		resp, err := r.next.RoundTrip(req)
		if !again {
			return resp, err
		}
		if err == nil && !this.stream {
			err = hold(resp)
		}
		wait, worth := pause(resp, r.cause(err), int(this.attempt.Load()))
		if !worth || ctx.Err() != nil || !patient(ctx, start, wait, r.budget) || !rewind(req) {
			if err != nil {
				return nil, err
			}
			return resp, nil
		}
		if err == nil {
			discard(resp)
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// cause is what broke the answer of a token endpoint: as a failed sign-in, which
// a call meets, it would be taken for one that was tried again already.
func (r *retrier) cause(err error) error {
	if e, ok := errors.AsType[*Error](err); ok && r.posts && e.Err != nil {
		return e.Err
	}
	return err
}

// isRead reports whether a request changes nothing and may be repeated.
func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// pause returns how long to wait before the next attempt, and whether one is
// worth making. What the system asks for in Retry-After is never cut short; the
// jitter comes on top, so that callers do not return all at once.
func pause(resp *http.Response, err error, attempt int) (time.Duration, bool) {
	if attempt >= maxAttempts {
		return 0, false
	}
	ceiling := min(firstCeiling<<(attempt-1), lastCeiling)
	jitter := rand.N(ceiling)
	if err != nil {
		return jitter, transient(err)
	}
	wait := retryAfter(resp)
	if wait > math.MaxInt64-jitter {
		return wait, false
	}
	return wait + jitter, retryable(resp.StatusCode)
}

// retryable reports the statuses that PingOne documents as worth repeating.
func retryable(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// patient reports whether an attempt after wait still falls within the budget
// and before the caller's deadline. Where it does not, the caller learns so at
// once rather than after a wait that cannot help.
func patient(ctx context.Context, start time.Time, wait, budget time.Duration) bool {
	now := time.Now()
	if now.Sub(start)+wait >= budget {
		return false
	}
	deadline, limited := ctx.Deadline()
	return !limited || now.Add(wait).Before(deadline)
}

// rewind makes req sendable once more.
func rewind(req *http.Request) bool {
	if req.Body == nil || req.Body == http.NoBody {
		return true
	}
	if req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return plainCause(ctx, context.Cause(ctx))
	}
}

// drainTime is how long the rest of an answer nobody reads may take to arrive.
const drainTime = time.Second

// discard ends an answer nobody reads. A short body is drained, which keeps the
// connection for the next attempt.
func discard(resp *http.Response) {
	if resp.ContentLength <= errorBodyLimit { // or not told
		slow := time.AfterFunc(drainTime, func() { resp.Body.Close() })
		// What matters is the connection: an error here costs a new one.
		_, _ = io.CopyN(io.Discard, resp.Body, errorBodyLimit+1)
		slow.Stop()
	}
	resp.Body.Close()
}

// retryAfter reads the header of that name, RFC 9110 section 10.2.3: a number
// of seconds or a date. A date is taken against the answer's own Date, so that
// the two clocks need not agree. Zero means absent, past or unreadable.
func retryAfter(resp *http.Response) time.Duration {
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(math.MaxInt64/time.Second) {
			return math.MaxInt64
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, at.Sub(now))
}
