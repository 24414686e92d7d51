package connect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pingkit/internal/sanitize"
)

// System is one of the systems a call goes to.
type System string

// The systems.
const (
	SystemPingOne     System = "PingOne"
	SystemPingCentral System = "PingCentral"
	SystemStorage     System = "storage" // where PingOne's assets lie
)

// messageLimit is the length of a system's own message, in characters.
const messageLimit = 500

// Error is the failure of one call, in whatever form it came: PingOne's JSON,
// PingCentral's, RFC 6749's of a token endpoint, a storage's XML, HTML, an empty
// answer, or none. Its texts are plain, on one line, bounded and without
// secrets.
type Error struct {
	System System
	// SignIn says that the system was not asked yet: no access token was to be
	// had. Method, Host and Path are those of the token endpoint.
	SignIn        bool
	Method        string
	Host          string
	Path          string // escaped, without query
	Status        int    // HTTP status; 0: no answer, see Err
	Code          string // the system's own, such as INVALID_DATA or invalid_client
	Message       string // the system's own words, at most 500 characters
	Details       []ErrorDetail
	RequestID     string        // the system's own id of the failure, for its support
	TransactionID string        // ours, see WithTransactionID
	RetryAfter    time.Duration // what the system asked to wait; 0: nothing
	// Sent says that a connection to the system was had, so that the request
	// may have arrived.
	Sent bool
	// Err is the cause where the failure is not the system's refusal.
	// errors.Is and errors.As reach errors of net, tls and context through it.
	Err error
}

// ErrorDetail is one of the faults that a refusal names.
type ErrorDetail struct {
	Code    string
	Target  string // the argument or property
	Message string
	// What a filter may use instead (PingOne, INVALID_FILTER).
	SupportedAttributes, SupportedOperators []string
}

// Error tells what failed, where, and the system's own words.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.System))
	if e.SignIn {
		b.WriteString(" sign-in")
	}
	fmt.Fprintf(&b, ": %s %s: ", e.Method, e.Path)
	if e.Status == 0 {
		fmt.Fprintf(&b, "no answer from %s", e.Host)
	} else {
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			b.WriteString(": " + part)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	for _, d := range e.Details {
		b.WriteString("; " + d.String())
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, "; try again after %s", e.RetryAfter.Round(time.Second))
	}
	if e.TransactionID != "" {
		b.WriteString("; transaction " + e.TransactionID)
	}
	return b.String()
}

// String is the detail in words.
func (d ErrorDetail) String() string {
	text := d.Code
	if d.Target != "" {
		text = strings.TrimSpace(text + " (" + d.Target + ")")
	}
	if d.Message != "" {
		text = strings.TrimPrefix(text+": "+d.Message, ": ")
	}
	if len(d.SupportedAttributes) > 0 {
		text += ", supported attributes: " + strings.Join(d.SupportedAttributes, " ")
	}
	if len(d.SupportedOperators) > 0 {
		text += ", supported operators: " + strings.Join(d.SupportedOperators, " ")
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same call may succeed later without a change.
func (e *Error) Temporary() bool {
	if e.Err != nil {
		return transient(e.Err)
	}
	return retryable(e.Status)
}

// Unauthorized reports that the credentials, or what they allow, do not suffice.
// A storage's 403 is none of these: its URL has expired.
func (e *Error) Unauthorized() bool {
	if e.SignIn {
		return e.Status >= 400 && e.Status < 500 && !e.Temporary()
	}
	return e.System != SystemStorage && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// NotFound reports that what was asked for does not exist.
func (e *Error) NotFound() bool { return !e.SignIn && e.Status == http.StatusNotFound }

// InDoubt reports a write that may have happened: the request was sent, and no
// answer came, or one that says nothing about it (408, 5xx, or broken off).
func (e *Error) InDoubt() bool {
	if e.SignIn || !e.Sent || isRead(e.Method) {
		return false
	}
	return e.Err != nil || e.Status == http.StatusRequestTimeout || e.Status >= 500
}

// cause is an error with its text made safe.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// bare removes the layer that quotes the whole URL, which may be a presigned
// one.
func bare(err error) error {
	for {
		layer, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = layer.Err
	}
}

// newError begins an error about req, which is nil for an answer that no
// request of ours led to.
func newError(req *http.Request) *Error {
	if req == nil {
		return &Error{}
	}
	this := callOf(req.Context())
	return &Error{
		System: this.system, SignIn: this.signIn, TransactionID: this.transactionID, Sent: this.reached.Load(),
		Method: req.Method, Host: req.URL.Host, Path: redact(req, req.URL.EscapedPath()),
	}
}

// failure is the error of a request without an answer.
func failure(req *http.Request, err error) error {
	if typed, ok := errors.AsType[*Error](err); ok {
		return typed
	}
	e := newError(req)
	e.Err = safely(req, err)
	return e
}

// broken is the error of an answer that cannot be used, with words for it where
// the cause does not say enough.
func broken(resp *http.Response, err error, words ...string) error {
	e := newError(resp.Request)
	e.Sent = true
	e.Status = resp.StatusCode
	e.Message = strings.Join(words, " ")
	e.Err = safely(resp.Request, err)
	return e
}

func safely(req *http.Request, err error) error {
	err = bare(err)
	return &cause{text: sanitize.Line(redact(req, err.Error()), messageLimit), err: err}
}

// transient reports whether a fault is one of the connection rather than of the
// address, the certificate, or the caller who left.
func transient(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, ErrForeignOrigin) || errors.Is(err, errAnswer) || errors.Is(err, errCallLimit) {
		return false
	}
	if e, ok := errors.AsType[*Error](err); ok && e.SignIn {
		return false // was tried again already
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound
	}
	if proxy, ok := errors.AsType[*ProxyError](err); ok {
		return proxy.temporary()
	}
	for _, permanent := range []func(error) bool{
		is[*tls.CertificateVerificationError], is[tls.RecordHeaderError], is[tls.AlertError], is[*net.AddrError], is[net.UnknownNetworkError],
	} {
		if permanent(err) {
			return false
		}
	}
	return !errors.Is(err, http.ErrSchemeMismatch)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
