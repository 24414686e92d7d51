package httptransport

import (
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// dropModernCancellation accepts a cancellation of the era without sessions and
// forgets it. mcp-go finds calls of that era by their id alone, which every
// client counts up from 1, and would cancel a call of somebody else. Clients of
// that era cancel over HTTP by closing the stream of the answer.
func dropModernCancellation(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m := messageOf(r); m.modern && m.Method == mcp.MethodNotificationCancelled {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		next.ServeHTTP(w, r)
	})
}
