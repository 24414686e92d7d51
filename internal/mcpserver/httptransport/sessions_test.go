package httptransport

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/tools"
)

// TestSessionsBelongToTheirCallers has one caller use the session of another,
// whose id is known.
func TestSessionsBelongToTheirCallers(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	alice, mallory := b.as("alice", legacy), b.as("mallory", legacy)
	mallory.session = alice.session
	for _, method := range []string{"tools/list", "tools/call", "notifications/cancelled"} {
		response := mallory.post(method, `{"name":"whoami"}`)
		if b.drain(response); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s in another's session: %s", method, response.Status)
		}
	}
	for _, version := range []string{"", legacy} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(callerHeader, "mallory")
		r.Header.Set("Mcp-Session-Id", alice.session)
		r.Header.Set("Mcp-Protocol-Version", version)
		response := mallory.do(r)
		if b.drain(response); response.StatusCode != http.StatusNotFound {
			t.Errorf("ending another's session: %s", response.Status)
		}
	}
	if text, _ := alice.call("whoami"); text != "you are alice" {
		t.Errorf("alice's session answers %q", text)
	}
}

// TestNobodyAnswersForOthers has one caller answer the question that another's
// call asks its user.
func TestNobodyAnswersForOthers(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	alice, mallory := b.as("alice", legacy), b.as("mallory", legacy)
	answer := func(c *caller, session, id, action string) int {
		body := fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"action":%q,"content":{}}}`, id, action)
		r := c.request(t.Context(), "", body)
		r.Header.Set("Mcp-Session-Id", session)
		response := c.do(r)
		b.drain(response)
		return response.StatusCode
	}
	response := alice.do(alice.callRequest(t.Context(), "ask"))
	var text string
	b.events(response, func(e event) {
		if e.Method != "elicitation/create" {
			text = e.Result.Content[0].Text
			return
		}
		if status := answer(mallory, alice.session, string(e.ID), "accept"); status != http.StatusNotFound {
			t.Errorf("an answer in alice's session was met with %d", status)
		}
		if status := answer(mallory, mallory.session, string(e.ID), "accept"); status != http.StatusAccepted {
			t.Errorf("a response to be dropped, in another session, was met with %d", status)
		}
		if status := answer(alice, alice.session, string(e.ID), "decline"); status != http.StatusAccepted {
			t.Errorf("alice's own answer was met with %d", status)
		}
	})
	if text != "decline" {
		t.Errorf("the call ended with %q", text)
	}
}

// TestNobodyReadsForOthers makes calls of one id at the same time.
func TestNobodyReadsForOthers(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	eras(t, func(t *testing.T, era string) {
		const callers, calls = 8, 40
		failures := make(chan string, callers*calls)
		done := make(chan struct{}, callers)
		for i := range callers {
			c := b.as(fmt.Sprint("caller", i), era)
			go func() {
				defer func() { done <- struct{}{} }()
				for range calls {
					if text, _ := c.call("whoami"); text != "you are "+c.name {
						failures <- c.name + " reads: " + text
					}
				}
			}()
		}
		for range callers {
			await(t, done, "the calls do not end")
		}
		close(failures)
		for failure := range failures {
			t.Error(failure)
		}
	})
}

func TestEndedSession(t *testing.T) {
	b := start(t, Options{})
	c := b.as("", legacy)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Mcp-Session-Id", c.session)
	if response := c.do(r); response.StatusCode != http.StatusOK {
		t.Errorf("DELETE: %s %s", response.Status, b.drain(response))
	}
	if text, _ := c.call("whoami"); !strings.HasPrefix(text, "404") {
		t.Errorf("the ended session answers %q", text)
	}
	if n := b.server.sessions.count(""); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestRequestWithoutItsSession(t *testing.T) {
	b := start(t, Options{})
	c := &caller{bench: b, era: legacy}
	response := c.post("tools/list", "{}")
	if text := b.drain(response); response.StatusCode != http.StatusBadRequest || !strings.Contains(text, "initialize first") {
		t.Errorf("%s: %s", response.Status, text)
	}
}

// TestTooManySessions opens as many as one caller may hold.
func TestTooManySessions(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	alice := b.as("alice", legacy)
	mine := b.server.sessions.ResolveSessionIdManager((&http.Request{}).WithContext(tools.WithCaller(t.Context(), "alice")))
	for b.server.sessions.count("alice") < maxSessions {
		mine.Generate()
	}
	again := &caller{bench: b, name: "alice", era: legacy}
	response := again.post("initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}`)
	if b.drain(response); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("one more: %s", response.Status)
	}
	if text, _ := alice.call("whoami"); text != "you are alice" {
		t.Errorf("a session that is open answers %q", text)
	}
	if text, _ := b.as("bob", legacy).call("whoami"); text != "you are bob" {
		t.Errorf("another caller's session answers %q", text)
	}
}

// TestAbandonedSessions opens a thousand sessions that nobody ends.
func TestAbandonedSessions(t *testing.T) {
	b := start(t, Options{SessionIdle: time.Second})
	b.as("", legacy)
	before := heap()
	const abandoned = 1000
	for range abandoned {
		b.as("", legacy)
	}
	held := heap() - before
	deadline := time.Now().Add(patience)
	for b.server.sessions.count("") > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("%d sessions are left", b.server.sessions.count(""))
		}
		time.Sleep(50 * time.Millisecond)
	}
	left := heap() - before
	t.Logf("%d sessions held %d KB; %d KB are left of it", abandoned, held>>10, left>>10)
	if left > 1<<20 {
		t.Errorf("%d sessions that expired left %d bytes behind", abandoned, left)
	}
}

// heap is what is in use after a collection, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSessionsInUseStay lets time go by in which one session is used.
func TestSessionsInUseStay(t *testing.T) {
	t.Parallel()
	b := start(t, Options{SessionIdle: time.Second})
	c := b.as("", legacy)
	ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
	defer cancel()
	for ctx.Err() == nil {
		if text, _ := c.call("whoami"); text != "you are " {
			t.Fatalf("the session answers %q", text)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// TestListening opens the streams of the older era where they are offered.
func TestListening(t *testing.T) {
	b := start(t, Options{Authorize: byHeader, Listening: true, timeouts: timeouts{read: 200 * time.Millisecond}})
	alice, mallory := b.as("alice", legacy), b.as("mallory", legacy)
	listen := func(c *caller, session string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(callerHeader, c.name)
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Mcp-Session-Id", session)
		return c.do(r)
	}
	for session, want := range map[string]int{alice.session: http.StatusNotFound, "": http.StatusBadRequest, "invented": http.StatusNotFound} {
		response := listen(mallory, session)
		if text := b.drain(response); response.StatusCode != want {
			t.Errorf("mallory listens in the session %q: %s %s", session, response.Status, text)
		}
	}
	response := listen(alice, alice.session)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("alice listens: %s", response.Status)
	}
	closed := make(chan struct{})
	go func() {
		b.drain(response)
		close(closed)
	}()
	select {
	case <-closed:
		t.Error("the stream ended by itself")
	case <-time.After(500 * time.Millisecond):
	}
	begun := time.Now()
	if err := b.end(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("the stream kept the server from ending for %v", took)
	}
	await(t, closed, "the stream goes on")
}
