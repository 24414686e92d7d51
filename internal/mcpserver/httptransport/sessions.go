package httptransport

import (
	"errors"
	"net/http"
	"sync"

	"github.com/google/uuid"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// maxSessions is how many sessions of the older era one caller may hold. Each
// takes about 13 KB until it ends or expires.
const maxSessions = 4096

// sessions are the sessions of the older era. Each belongs to the caller who
// opened it: who learns the id of another's session can do nothing with it.
// They have to be known here, not only well formed, for questions to a user to
// find their way; and they end, unlike in mcp-go, without a trace.
type sessions struct {
	mu     sync.Mutex
	owners map[string]string // callers by session id
	open   map[string]int    // numbers of sessions by caller
}

func newSessions() *sessions { return &sessions{owners: map[string]string{}, open: map[string]int{}} }

// errNoSession is what a session is that is not there or another caller's.
var errNoSession = errors.New("there is no such session")

// ResolveSessionIdManager returns the sessions as the caller of r sees them. A
// nil r is the housekeeping of mcp-go, which sees all.
func (s *sessions) ResolveSessionIdManager(r *http.Request) server.SessionIdManager {
	if r == nil {
		return sessionsOf{sessions: s, all: true}
	}
	return sessionsOf{sessions: s, caller: tools.CallerOf(r.Context())}
}

// Sessions returns how many sessions of the older era are open.
func (s *Server) Sessions() int {
	s.sessions.mu.Lock()
	defer s.sessions.mu.Unlock()
	return len(s.sessions.owners)
}

// guard answers for sessions that are not the caller's, on all methods.
func (s *sessions) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(server.HeaderKeySessionID)
		if r.Method == http.MethodDelete && id == "" {
			http.Error(w, "the header Mcp-Session-Id is missing: there is no session to end", http.StatusBadRequest)
			return
		}
		if id != "" && messageOf(r).Method == mcp.MethodInitialize {
			// The client begins again, perhaps with the ID of a session that was lost.
			r = r.Clone(r.Context())
			r.Header.Del(server.HeaderKeySessionID)
			next.ServeHTTP(w, r)
			return
		}
		if id != "" && !mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)) && !s.owns(tools.CallerOf(r.Context()), id) {
			http.Error(w, "there is no such session; initialize again", http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// opening lets a caller open a session, up to a number, and tells one who has
// none that it is needed.
func (s *sessions) opening(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := messageOf(r)
		initialize := m.Method == mcp.MethodInitialize
		switch {
		case m.modern || r.Method != http.MethodPost:
		case initialize && s.count(tools.CallerOf(r.Context())) >= maxSessions:
			tooMany(w, sessionsRetry, "too many sessions are open; end some with DELETE, or wait until they expire")
			return
		case !initialize && r.Header.Get(server.HeaderKeySessionID) == "":
			http.Error(w, "the header Mcp-Session-Id is missing: initialize first, or name the protocol version "+
				mcp.ProtocolVersion20260728+", which has no sessions", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *sessions) owns(caller, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, found := s.owners[id]
	return found && owner == caller
}

func (s *sessions) count(caller string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[caller]
}

// sessionsOf are the sessions of one caller.
type sessionsOf struct {
	*sessions
	caller string
	all    bool
}

// Generate opens a session.
func (s sessionsOf) Generate() string {
	id := uuid.NewString()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owners[id] = s.caller
	s.open[s.caller]++
	return id
}

// Validate returns an error for what is not the caller's session.
func (s sessionsOf) Validate(id string) (terminated bool, err error) {
	if !s.all && !s.owns(s.caller, id) {
		return false, errNoSession
	}
	return false, nil
}

// Terminate ends a session.
func (s sessionsOf) Terminate(id string) (notAllowed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, found := s.owners[id]
	if !found || !s.all && owner != s.caller {
		return false, errNoSession
	}
	delete(s.owners, id)
	if s.open[owner]--; s.open[owner] == 0 {
		delete(s.open, owner)
	}
	return false, nil
}
