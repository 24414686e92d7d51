package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault is a failure that a test orders. The zero value of each field leaves that part of an answer as it is, so that faults can
// be combined.
type Fault struct {
	// System and Operation say which requests fail: an operationId, "token", "centralToken" or "storage"; empty means any.
	// Two systems have an operation listEnvironments: set System to tell them apart.
	System    System
	Operation string
	// Skip lets so many matching requests pass first; Times ends the fault after so many (0: it stays until Reset).
	Skip, Times int

	// Before is called before the request is handled, After when it was; both may change the sandbox.
	Before, After func()
	// Delay passes before the request has any effect, DelayAfter between the effect and the answer.
	Delay, DelayAfter time.Duration
	// DropBefore closes the connection before the effect, DropAfter after it; neither sends a byte.
	DropBefore, DropAfter bool

	// Status answers with that status instead: before any effect, or after it where AfterEffect is set. The body is Body; where
	// it is empty, the system's own error for that status, or nothing where NoBody is set.
	Status      int
	AfterEffect bool
	Body        string
	NoBody      bool
	// Content, where set, gives the body of a Status answer, of any length.
	Content func() io.Reader
	// Echo answers Status with a message that holds what the request was given: its credentials, its query and its form.
	Echo bool
	// Header is set on the answer, whoever makes it; a nil value removes a header.
	Header http.Header

	// Truncate closes the connection after so many bytes of the body; Short ends the body there in good order, with a
	// Content-Length that agrees.
	Truncate, Short int64
	// Corrupt changes one byte of the body.
	Corrupt bool
	// BytesPerSecond sends the body no faster than that.
	BytesPerSecond int64

	// ExpiredLink and ForgedLink make the asset redirect to an address whose time is over, or whose signature is wrong.
	ExpiredLink, ForgedLink bool
}

func (f Fault) matches(system System, operation string) bool {
	return (f.System == "" || f.System == system) && (f.Operation == "" || f.Operation == operation)
}

type faultList struct {
	mu     sync.Mutex
	faults []*Fault
}

// take finds the first fault for a request, and counts it down.
func (l *faultList) take(system System, operation string) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.faults {
		switch {
		case !f.matches(system, operation):
		case f.Skip > 0:
			f.Skip--
		default:
			if f.Times > 0 {
				if f.Times--; f.Times == 0 {
					l.faults = append(l.faults[:i:i], l.faults[i+1:]...)
				}
			}
			return *f, true
		}
	}
	return Fault{}, false
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
}

// Inject orders a fault. A request suffers the first fault that matches it; several may wait, each for its turn.
func (s *Sandbox) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.faults = append(s.faults.faults, &f)
}

// Faults returns the faults that are ordered and have not ended.
func (s *Sandbox) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	var list []Fault
	for _, f := range s.faults.faults {
		list = append(list, *f)
	}
	return list
}

// ClearFaults ends all faults, and leaves everything else as it is.
func (s *Sandbox) ClearFaults() { s.faults.clear() }

// RateLimited is a fault that answers 429 with that Retry-After: seconds or an HTTP date.
func RateLimited(operation, retryAfter string, times int) Fault {
	return Fault{Operation: operation, Times: times, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {retryAfter}}}
}

// GatewayPage is a fault that answers as a gateway in front of the system does: a status such as 502, and HTML.
func GatewayPage(operation string, status, times int) Fault {
	return Fault{
		Operation: operation, Times: times, Status: status, Header: http.Header{"Content-Type": {"text/html"}},
		Body: "<html><head><title>" + http.StatusText(status) + "</title></head><body><center><h1>" + http.StatusText(status) + "</h1></center></body></html>\n",
	}
}

// SignInPage is a fault of the storage: HTML with status 200 where an archive is expected.
func SignInPage(times int) Fault {
	f := GatewayPage("storage", http.StatusOK, times)
	f.Body = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action=\"/login\"></form></body></html>\n"
	return f
}

// HugeJSON is a body of about n bytes: one list with a very long string, in good JSON.
func HugeJSON(n int64) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"_embedded":{"integrations":[]},"items":[],"padding":"`),
			io.LimitReader(repeated('a'), n), strings.NewReader(`"}`))
	}
}

// DeepJSON is a body of n nested arrays.
func DeepJSON(n int64) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"_embedded":`), io.LimitReader(repeated('['), n), io.LimitReader(repeated(']'), n), strings.NewReader(`}`))
	}
}

// echoed is the body of an error that tells what the request was given, as careless systems do.
func echoed(r *http.Request) func() io.Reader {
	said := []string{r.Header.Get("Authorization"), r.URL.RawQuery}
	if user, password, ok := r.BasicAuth(); ok {
		said = append(said, user, password)
	}
	if form, err := io.ReadAll(io.LimitReader(r.Body, 1<<16)); err == nil {
		said = append(said, string(form))
	}
	text := "refused: " + strings.Join(said, " ")
	body := mustJSON(map[string]string{"message": text, "error": "invalid_request", "error_description": text})
	return func() io.Reader { return bytes.NewReader(body) }
}

// repeated is an endless reader of one byte.
type repeated byte

func (b repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

type faultKey struct{}

func withFault(r *http.Request, f Fault) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), faultKey{}, f))
}

// activeFault is the fault of the request in hand, if any.
func activeFault(r *http.Request) Fault {
	f, _ := r.Context().Value(faultKey{}).(Fault)
	return f
}
