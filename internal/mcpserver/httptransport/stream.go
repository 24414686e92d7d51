package httptransport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.com/pingkit/internal/mcpserver"
)

// streamed lets a call send notifications on the stream of its own answer, one
// after another and before its result. mcp-go sends them from another goroutine,
// by a queue that all calls of a session share, and drops what is late.
func streamed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !messageOf(r).isRequest() {
			next.ServeHTTP(w, r)
			return
		}
		s := &stream{ResponseWriter: w, controller: http.NewResponseController(w)}
		done := make(chan struct{})
		defer func() {
			s.mu.Lock() // no comment is written after the handler returned
			defer s.mu.Unlock()
			close(done)
		}()
		go s.keepAlive(done)
		next.ServeHTTP(s, r.WithContext(mcpserver.WithNotifier(r.Context(), s.notify)))
	})
}

// stream is the answer to a request: a single message, or events once there is a
// notification. mcp-go does not know of events that it did not send; what it
// then writes as a single message becomes the last event.
type stream struct {
	http.ResponseWriter
	controller *http.ResponseController

	mu     sync.Mutex
	begun  bool // the header was sent
	events bool // as that of events
	single bool // mcp-go believes that it writes a single message
}

// keepAliveInterval is how often a comment is sent on a stream of events. Proxies
// close a connection on which nothing moves, some after five seconds.
const keepAliveInterval = 3 * time.Second

// keepAlive sends comments, which clients ignore, until done is closed.
func (s *stream) keepAlive(done <-chan struct{}) {
	ticker := time.NewTicker(keepAliveInterval)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
		}
		s.mu.Lock()
		select {
		case <-done: // the handler may have returned meanwhile
		default:
			if s.begun && s.events && !s.single {
				// An error shows in the next event.
				_, _ = io.WriteString(s.ResponseWriter, ": keep-alive\n\n")
				_ = s.controller.Flush()
			}
		}
		s.mu.Unlock()
	}
}

const eventStream = "text/event-stream"

// errAnswered is a notification that comes after the result.
var errAnswered = errors.New("the call was answered")

// notify implements serve.Notifier.
func (s *stream) notify(method string, params map[string]any) error {
	message, err := mcpserver.Notification(method, params)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun && !s.events || s.single {
		return errAnswered
	}
	if !s.begun {
		s.Header().Set("Content-Type", eventStream)
		s.Header().Set("Cache-Control", "no-cache")
		s.ResponseWriter.WriteHeader(http.StatusOK)
		s.begun, s.events = true, true
	}
	if err := s.event(message); err != nil {
		return err
	}
	return s.controller.Flush()
}

// event writes an event; s.mu is held.
func (s *stream) event(message []byte) error {
	event := bytes.NewBufferString("event: message\ndata: ")
	event.Write(message)
	event.WriteString("\n\n")
	_, err := s.ResponseWriter.Write(event.Bytes())
	return err
}

// WriteHeader is called by mcp-go.
func (s *stream) WriteHeader(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	events := strings.HasPrefix(s.Header().Get("Content-Type"), eventStream)
	if s.begun {
		s.single = s.events && !events
		return
	}
	s.begun, s.events = true, events
	s.ResponseWriter.WriteHeader(status)
}

// Write is called by mcp-go, once for each message or event.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.single {
		if err := s.event(bytes.TrimSpace(p)); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	s.begun = true
	return s.ResponseWriter.Write(p)
}

// Flush is what mcp-go looks for to stream. An error shows in the next write.
func (s *stream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.controller.Flush()
}

// Unwrap is for http.ResponseController.
func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }
