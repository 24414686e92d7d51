package mcpgofix

import (
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// DropCancellations accepts a cancellation of the stateless protocol
// (2026-07-28) over HTTP and drops it. Clients of that protocol cancel by closing
// the response's stream.
// Fault of mcp-go v1.2.1: it finds calls of that protocol by their ID alone, which
// every client counts up from 1, and would cancel a call of another client.
func DropCancellations(next http.Handler, kind func(*http.Request) (method mcp.MCPMethod, stateless bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if method, stateless := kind(r); stateless && method == mcp.MethodNotificationCancelled {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		next.ServeHTTP(w, r)
	})
}
