package sandbox

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// System names one of the simulated hosts.
type System string

// The simulated hosts.
const (
	PingOneAPI  System = "pingone"
	Auth        System = "auth" // the token endpoints of PingOne and of PingCentral's OpenID provider
	Storage     System = "storage"
	PingCentral System = "pingcentral"
)

// Request is what the log keeps of a request. It holds no secret: neither a header's value that could be one, nor a body, nor
// the query of a presigned address.
type Request struct {
	At        time.Time // by the sandbox's clock
	System    System
	Operation string // operationId, "token", "centralToken" or "storage"; empty where nothing is at that path
	Method    string
	Path      string
	Query     string // only of the PingOne API and PingCentral
	Host      string

	Authorization string // the scheme, such as "Bearer"; "" when there was no such header
	XSRF          bool   // X-XSRF-Header: PASS was there
	UserAgent     string
	TransactionID string
	Range         string
	IfRange       string

	Status int   // what was answered; 0 while it is under way, or when the connection was dropped before
	Bytes  int64 // of the answer's body
}

// loggedRequests bounds the log: a long run must not fill the memory.
const loggedRequests = 50_000

type requestLog struct {
	mu       sync.Mutex
	requests []*Request
}

// add keeps what may be kept of r.
func (l *requestLog) add(system System, operation string, r *http.Request, at time.Time) *Request {
	entry := &Request{
		At: at, System: system, Operation: operation, Method: r.Method, Path: r.URL.Path, Host: r.Host,
		XSRF:          r.Header.Get("X-XSRF-Header") == "PASS",
		UserAgent:     r.UserAgent(),
		TransactionID: r.Header.Get("X-Ping-External-Transaction-ID"),
		Range:         r.Header.Get("Range"),
		IfRange:       r.Header.Get("If-Range"),
	}
	if value := r.Header.Get("Authorization"); value != "" {
		entry.Authorization, _, _ = strings.Cut(value, " ")
	}
	if system == PingOneAPI || system == PingCentral {
		entry.Query = r.URL.RawQuery
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) == loggedRequests {
		l.requests = append(l.requests[:0], l.requests[loggedRequests/2:]...)
	}
	l.requests = append(l.requests, entry)
	return entry
}

func (l *requestLog) finish(entry *Request, status int, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status, entry.Bytes = status, bytes
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
}

// Requests lists what reached the sandbox since its start or the last [Sandbox.Reset], in order of arrival; after 50,000
// requests the older half is forgotten.
func (s *Sandbox) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	all := make([]Request, len(s.log.requests))
	for i, r := range s.log.requests {
		all[i] = *r
	}
	return all
}

// RequestsOf lists those of [Sandbox.Requests] with that operation.
func (s *Sandbox) RequestsOf(operation string) []Request {
	var some []Request
	for _, r := range s.Requests() {
		if r.Operation == operation {
			some = append(some, r)
		}
	}
	return some
}
