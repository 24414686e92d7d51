package connect

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// dripping sends a byte each pause, for ever or until the reader left.
func dripping(pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		for {
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
		}
	}
}

// A body that pauses too long ends, and so does a document that never ends; a
// file may take as long as it keeps coming.
func TestStalledBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		drip, idle, total time.Duration
		stream            bool
		least             time.Duration
	}{
		"document that pauses":     {time.Hour, 50 * time.Millisecond, time.Hour, false, 50 * time.Millisecond},
		"document that never ends": {5 * time.Millisecond, time.Hour, 100 * time.Millisecond, false, 100 * time.Millisecond},
		"file that pauses":         {time.Hour, 50 * time.Millisecond, time.Millisecond, true, 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(dripping(test.drip))
			defer server.Close()
			network := newTransport(nil, 0)
			defer network.CloseIdleConnections()
			c := &caller{system: SystemPingOne, next: &watch{next: network, idle: test.idle, total: test.total}}
			ctx := t.Context()
			if test.stream {
				ctx = streamed(ctx)
			}
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			_, err = io.ReadAll(resp.Body)
			if e, ok := errors.AsType[*Error](err); !ok || !errors.Is(err, ErrStalled) || !e.Temporary() || e.Status != 200 {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took < test.least || took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// The clock of a body stands still while nobody reads.
func TestSlowReaderKeepsItsBody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
	}))
	defer server.Close()
	network := newTransport(nil, 0)
	defer network.CloseIdleConnections()
	c := &caller{next: &watch{next: network, idle: 50 * time.Millisecond, total: time.Hour}}
	req, err := http.NewRequestWithContext(streamed(t.Context()), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	total := 0
	for buffer := make([]byte, 256<<10); ; {
		n, err := io.ReadFull(resp.Body, buffer)
		total += n
		if err != nil {
			break
		}
		time.Sleep(80 * time.Millisecond)
	}
	if total != 1<<20 {
		t.Errorf("read %d bytes", total)
	}
}

// An answer that begins at the moment at which it is given up has stalled; its
// caller has not ended the call.
func TestAnswerThatBeginsTooLate(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errSilent)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &watchedBody{
		body: io.NopCloser(iotest.ErrReader(context.Canceled)), resp: &http.Response{Request: req, StatusCode: http.StatusOK},
		ctx: ctx, cancel: cancel, idle: idleTimeout,
	}
	if _, err := b.Read(make([]byte, 1)); !errors.Is(err, ErrStalled) || errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
