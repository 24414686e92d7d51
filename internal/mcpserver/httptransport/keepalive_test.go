package httptransport

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestSilentStreamIsKeptAlive has a call that waits longer than proxies do.
func TestSilentStreamIsKeptAlive(t *testing.T) {
	for _, events := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := httptest.NewRecorder()
			s := &stream{ResponseWriter: w, controller: http.NewResponseController(w), begun: events, events: events}
			done := make(chan struct{})
			ended := make(chan struct{})
			go func() { s.keepAlive(done); close(ended) }()
			time.Sleep(3 * keepAliveInterval)
			close(done)
			<-ended
			if n := strings.Count(w.Body.String(), ": keep-alive\n\n"); events && n < 2 || !events && w.Body.Len() > 0 {
				t.Errorf("events: %t, got %q", events, w.Body.String())
			}
		})
	}
}
