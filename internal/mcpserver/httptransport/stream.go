package httptransport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/mcpgofix"
)

// streamed lets a call send notifications on the stream of its own answer, one
// after another and before its result. mcp-go sends them from another goroutine,
// by a queue that all calls of a session share, and drops what is late.
//
// While a call runs, an event stream never stays silent for longer than heartbeat:
// proxies cut a connection on which nothing is sent, often after a minute.
func streamed(heartbeat time.Duration, requests *mcpserver.Requests) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !messageOf(r).isRequest() {
				next.ServeHTTP(w, r)
				return
			}
			s := &stream{ResponseWriter: w, controller: http.NewResponseController(w), header: w.Header().Clone()}
			if strings.Contains(strings.Join(r.Header.Values("Accept"), ","), eventStream) {
				s.beatEvery(heartbeat)
			}
			defer s.end()
			ctx := mcpserver.WithNotifier(r.Context(), s.notify)
			if session := r.Header.Get(server.HeaderKeySessionID); session != "" && !messageOf(r).modern {
				ctx = mcpserver.WithRequester(ctx, func(ctx context.Context, method string, params any) (json.RawMessage, error) {
					if s.timer == nil {
						return nil, errNoEvents
					}
					return requests.Send(ctx, session, method, params, s.send)
				})
			}
			next.ServeHTTP(s, r.WithContext(ctx))
		})
	}
}

// deliverResponses hands responses of clients to the requests that wait for them.
// A response that comes too late, or that nothing waits for, is accepted and
// dropped; where the server is listening, mcp-go may wait for it.
func deliverResponses(requests *mcpserver.Requests, listening bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			m, session := messageOf(r), r.Header.Get(server.HeaderKeySessionID)
			if m.modern || session == "" || !m.isResponse() || !requests.Deliver(session, m.body) && listening {
				next.ServeHTTP(w, r)
				return
			}
			w.WriteHeader(http.StatusAccepted)
		})
	}
}

// heartbeatInterval is how long an event stream may be silent.
const heartbeatInterval = 10 * time.Second

// stream is the answer to a request: a single message, or events once there is a
// notification. mcp-go does not know of events that it did not send; what it
// then writes as a single message becomes the last event.
type stream struct {
	http.ResponseWriter
	controller *http.ResponseController
	header     http.Header // as mcp-go sets it, until the header is sent

	mu     sync.Mutex
	begun  bool // the header was sent
	events bool // as that of events
	single bool // mcp-go believes that it writes a single message
	ended  bool // the handler has returned

	timer    *time.Timer // of the next heartbeat; nil: none
	interval time.Duration
}

// beatEvery starts the heartbeats.
func (s *stream) beatEvery(interval time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interval, s.timer = interval, time.AfterFunc(interval, s.beat)
}

// Header is called by mcp-go. It is not the header of the response, which a heartbeat may send at any moment.
func (s *stream) Header() http.Header {
	if s.header == nil {
		s.header = http.Header{}
	}
	return s.header
}

// beat writes a comment, which clients of event streams ignore.
func (s *stream) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.begun && !s.events || s.single {
		return
	}
	s.begin()
	if _, err := s.ResponseWriter.Write([]byte(": keep-alive\n\n")); err != nil {
		return // the call's own next write reports it
	}
	if s.controller.Flush() == nil {
		s.timer.Reset(s.interval)
	}
}

// wrote puts off the next heartbeat; s.mu is held.
func (s *stream) wrote() {
	if s.timer != nil {
		s.timer.Reset(s.interval)
	}
}

// end waits for a heartbeat that is being written, and stops them.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.timer != nil {
		s.timer.Stop()
	}
}

// begin sends the header of an event stream unless one was sent; s.mu is held.
func (s *stream) begin() {
	if s.begun {
		return
	}
	s.ResponseWriter.Header().Set("Content-Type", eventStream)
	s.ResponseWriter.Header().Set("Cache-Control", "no-cache")
	s.ResponseWriter.WriteHeader(http.StatusOK)
	s.begun, s.events = true, true
}

const eventStream = "text/event-stream"

var (
	// errAnswered is the error of a notification that comes after the result.
	errAnswered = errors.New("the call was answered")
	errNoEvents = errors.New("the client does not accept an event stream")
)

// notify implements mcpserver.Notifier.
func (s *stream) notify(method string, params map[string]any) error {
	message, err := mcpserver.Notification(method, params)
	if err != nil {
		return err
	}
	return s.send(message)
}

// send writes a message as an event at once.
func (s *stream) send(message []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun && !s.events || s.single {
		return errAnswered
	}
	s.begin()
	if err := s.event(message); err != nil {
		return err
	}
	s.wrote()
	return s.controller.Flush()
}

// event writes an event; s.mu is held.
func (s *stream) event(message []byte) error {
	event := bytes.NewBufferString("event: message\ndata: ")
	event.Write(mcpgofix.RestoreIDs(message))
	event.WriteString("\n\n")
	_, err := s.ResponseWriter.Write(event.Bytes())
	return err
}

// WriteHeader is called by mcp-go.
func (s *stream) WriteHeader(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	events := strings.HasPrefix(s.header.Get("Content-Type"), eventStream)
	if s.begun {
		s.single = s.events && !events
		return
	}
	maps.Copy(s.ResponseWriter.Header(), s.header)
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
	if !s.begun {
		maps.Copy(s.ResponseWriter.Header(), s.header)
	}
	s.begun = true
	s.wrote()
	if _, err := s.ResponseWriter.Write(mcpgofix.RestoreIDs(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush is what mcp-go looks for to stream. An error shows in the next write.
func (s *stream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.controller.Flush()
}

// Unwrap is for http.ResponseController.
func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }
