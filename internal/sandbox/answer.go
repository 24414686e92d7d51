package sandbox

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is the writer that handlers get: it counts for the log, and applies the fault of the request to what the handler
// answers. A handler changes the state first and writes then, so the first byte marks the moment after the effect.
type answer struct {
	http.ResponseWriter
	request *http.Request
	fault   Fault
	refuse  func(w http.ResponseWriter, r *http.Request, status int) // writes the system's own error

	status    int
	sent      int64
	started   time.Time
	discarded bool // the fault has answered already
}

// Unwrap serves http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if a.status != 0 {
		return
	}
	f := a.fault
	pause(a.request, f.DelayAfter)
	if f.DropAfter {
		panic(http.ErrAbortHandler)
	}
	if f.Status != 0 && f.AfterEffect {
		a.discarded = true
		clear(a.Header())
		a.fault.AfterEffect = false // so that it is written now
		a.writeFault()
		return
	}
	a.begin(status)
}

// begin sends the header.
func (a *answer) begin(status int) {
	if f := a.fault; f.Short > 0 {
		if length, err := strconv.ParseInt(a.Header().Get("Content-Length"), 10, 64); err == nil && length > f.Short {
			a.Header().Set("Content-Length", strconv.FormatInt(f.Short, 10))
		}
	}
	for name, values := range a.fault.Header {
		a.Header().Del(name)
		for _, v := range values {
			a.Header().Add(name, v)
		}
	}
	a.status, a.started = status, time.Now()
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	if a.discarded {
		return len(p), nil
	}
	return a.write(p)
}

// write sends part of a body as the fault wants it.
func (a *answer) write(p []byte) (int, error) {
	f := a.fault
	whole := len(p)
	if f.Corrupt && a.sent == 0 && whole > 0 {
		p = append([]byte(nil), p...)
		p[len(p)/2] ^= 0xff
	}
	for _, limit := range []int64{f.Truncate, f.Short} {
		if limit > 0 && a.sent+int64(len(p)) > limit {
			p = p[:limit-a.sent]
		}
	}
	if f.BytesPerSecond > 0 {
		if err := a.writeSlowly(p); err != nil {
			return 0, err
		}
	} else {
		n, err := a.ResponseWriter.Write(p)
		a.sent += int64(n)
		if err != nil {
			return n, err
		}
	}
	if f.Truncate > 0 && a.sent >= f.Truncate {
		a.flush()
		panic(http.ErrAbortHandler)
	}
	return whole, nil
}

// writeSlowly sends twenty pieces a second.
func (a *answer) writeSlowly(p []byte) error {
	piece := max(1, int(a.fault.BytesPerSecond/20))
	for len(p) > 0 {
		n, err := a.ResponseWriter.Write(p[:min(piece, len(p))])
		a.sent += int64(n)
		if err != nil {
			return err
		}
		a.flush()
		p = p[n:]
		due := time.Duration(a.sent) * time.Second / time.Duration(a.fault.BytesPerSecond)
		pause(a.request, due-time.Since(a.started))
		if err := a.request.Context().Err(); err != nil {
			return err
		}
	}
	return nil
}

func (a *answer) flush() {
	if err := http.NewResponseController(a.ResponseWriter).Flush(); err != nil {
		panic(http.ErrAbortHandler) // the connection is gone already
	}
}

// writeFault answers with the fault's status.
func (a *answer) writeFault() {
	f := a.fault
	if f.Echo {
		f.Content = echoed(a.request)
	}
	switch {
	case f.Content != nil:
		if a.Header().Get("Content-Type") == "" {
			a.Header().Set("Content-Type", "application/json")
		}
		a.begin(f.Status)
		// The client may leave in the middle: what it does then is for the test to judge.
		if _, err := io.Copy(faultBody{a}, f.Content()); err != nil {
			panic(http.ErrAbortHandler)
		}
	case f.NoBody:
		a.begin(f.Status)
	case f.Body != "":
		if strings.HasPrefix(f.Body, "{") || strings.HasPrefix(f.Body, "[") {
			a.Header().Set("Content-Type", "application/json") // net/http would call it plain text
		}
		a.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
		a.begin(f.Status)
		if _, err := a.write([]byte(f.Body)); err != nil {
			panic(http.ErrAbortHandler)
		}
	default:
		a.refuse(&ownError{a}, a.request, f.Status)
	}
}

// faultBody writes a fault's body past the discarding of the handler's.
type faultBody struct{ *answer }

func (b faultBody) Write(p []byte) (int, error) { return b.answer.write(p) }

// ownError lets a system write its error although the handler's answer is discarded.
type ownError struct{ *answer }

func (e *ownError) WriteHeader(status int)      { e.answer.begin(status) }
func (e *ownError) Write(p []byte) (int, error) { return e.answer.write(p) }

// pause waits, but not longer than the client does.
func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
