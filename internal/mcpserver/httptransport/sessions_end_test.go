package httptransport

import (
	"net/http/httptest"
	"testing"

	"example.com/pingkit/internal/tools"
)

// The endpoint refuses a foreign session before mcp-go sees it; the sessions
// themselves refuse it as well.
func TestSessionsEndByTheirCallers(t *testing.T) {
	s := newSessions()
	as := func(caller string) sessionsOf {
		r := httptest.NewRequest("DELETE", Endpoint, nil)
		of, ok := s.ResolveSessionIdManager(r.WithContext(tools.WithCaller(r.Context(), caller))).(sessionsOf)
		if !ok {
			t.Fatal("these are other sessions")
		}
		return of
	}
	id := as("ann").Generate()
	if _, err := as("bob").Terminate(id); err == nil || s.count("ann") != 1 {
		t.Errorf("another caller ended the session: %v", err)
	}
	if _, err := as("bob").Validate(id); err == nil {
		t.Error("the session is another caller's as well")
	}
	if _, err := as("ann").Terminate(id); err != nil || s.count("ann") != 0 {
		t.Errorf("its own caller cannot end the session: %v", err)
	}
	if _, err := as("ann").Terminate(id); err == nil {
		t.Error("an ended session could be ended again")
	}
}
