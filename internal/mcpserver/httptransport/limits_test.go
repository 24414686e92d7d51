package httptransport

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// TestRate makes requests as fast as they go, and one after the time that the
// refused ones were told to wait.
func TestRate(t *testing.T) {
	t.Parallel()
	b := start(t, Options{Authorize: byHeader, Limits: Limits{PerSecond: 2, Burst: 5}})
	alice, bob := b.as("alice", modern), b.as("bob", modern)
	passed, refused := 0, 0
	var wait time.Duration
	for range 20 {
		response := alice.do(alice.callRequest(t.Context(), "whoami"))
		b.drain(response)
		switch response.StatusCode {
		case http.StatusOK:
			passed++
		case http.StatusTooManyRequests:
			refused++
			seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
			if err != nil || seconds < 1 {
				t.Errorf("Retry-After is %q", response.Header.Get("Retry-After"))
			}
			wait = time.Duration(seconds) * time.Second
		default:
			t.Errorf("got %s", response.Status)
		}
	}
	if passed < 5 || passed > 8 || refused == 0 {
		t.Errorf("%d passed and %d were refused", passed, refused)
	}
	if text, _ := bob.call("whoami"); text != "you are bob" {
		t.Errorf("another caller gets %q", text)
	}
	time.Sleep(wait)
	if text, _ := alice.call("whoami"); text != "you are alice" {
		t.Errorf("after the wait the caller gets %q", text)
	}
}

// TestConcurrency fills a caller's places with calls that wait for an answer of
// the user, which must get through.
func TestConcurrency(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		b := start(t, Options{Authorize: byHeader, Limits: Limits{Concurrent: 2}})
		alice, bob := b.as("alice", era), b.as("bob", era)
		ended := make(chan string, 2)
		for range 2 {
			request := alice.callRequest(t.Context(), "wait")
			go func() {
				response, err := b.client.Do(request)
				if err != nil {
					ended <- err.Error()
					return
				}
				b.events(response, func(e event) { ended <- e.Result.Content[0].Text })
			}()
			b.began()
		}
		response := alice.do(alice.callRequest(t.Context(), "whoami"))
		if b.drain(response); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
			t.Errorf("the third call at once: %s, Retry-After %q", response.Status, response.Header.Get("Retry-After"))
		}
		alice.notify("notifications/roots/list_changed", `{}`)
		if text, _ := bob.call("whoami"); text != "you are bob" {
			t.Errorf("another caller gets %q", text)
		}
		for range 2 {
			b.finish <- "finished"
			if text := await(t, ended, "the call goes on"); text != "finished" {
				t.Errorf("a call ended with %q", text)
			}
		}
		if text, _ := alice.call("whoami"); text != "you are alice" {
			t.Errorf("afterwards the caller gets %q", text)
		}
	})
}

// TestNoLimitsWithoutCallers is one person's own machine.
func TestNoLimitsWithoutCallers(t *testing.T) {
	b := start(t, Options{Limits: Limits{PerSecond: 1, Burst: 1, Concurrent: 1}})
	c := b.as("", modern)
	for range 10 {
		if text, _ := c.call("whoami"); text != "you are " {
			t.Fatalf("got %q", text)
		}
	}
}

// TestCallersAreForgotten looks at the books after a long pause.
func TestCallersAreForgotten(t *testing.T) {
	l := newLimits(Limits{PerSecond: 1, Concurrent: 2}, true)
	l.account("gone")
	if busy := l.account("busy"); !busy.calls.TryAcquire(1) {
		t.Fatal("no place for the first call")
	}
	long := time.Now().Add(-2 * forgetAfter)
	l.swept, l.callers["gone"].seen, l.callers["busy"].seen = long, long, long
	l.account("new")
	if _, found := l.callers["gone"]; found {
		t.Error("a caller who is gone is not forgotten")
	}
	if _, found := l.callers["busy"]; !found {
		t.Error("a caller whose call runs is forgotten")
	}
}
