package httptransport

import (
	"net/http"
	"time"
)

// stallTimeout is how long a client may leave what is written to it unread.
const stallTimeout = 30 * time.Second

// unbuffered tells proxies to pass on what is written when it is written:
// nginx would hold progress and questions back until the call has ended. A
// client that stops reading is given up; without that its call would wait for
// it forever, as a time-out of the whole answer would end long downloads.
func unbuffered(stall time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Accel-Buffering", "no")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(&writer{ResponseWriter: w, controller: http.NewResponseController(w), stall: stall}, r)
	})
}

// writer gives each write a deadline of its own.
type writer struct {
	http.ResponseWriter
	controller *http.ResponseController
	stall      time.Duration
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.controller.SetWriteDeadline(time.Now().Add(w.stall)); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// Flush is what mcp-go looks for to stream. An error shows in the next write.
func (w *writer) Flush() {
	if w.controller.SetWriteDeadline(time.Now().Add(w.stall)) == nil {
		_ = w.controller.Flush()
	}
}

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
