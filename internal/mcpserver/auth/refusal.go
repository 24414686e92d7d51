package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/pingkit/internal/tools"
)

// refusal is why a request is not let through.
type refusal struct {
	status     int
	code       string // of RFC 6750, 3.1; empty where no token was sent
	reason     string // constant words, for caller and log
	scopes     []tools.Scope
	retryAfter time.Duration
}

func (e *refusal) Error() string { return e.reason }

// missing says that there is no token; RFC 6750, 3.1 gives that no error code.
func missing() *refusal {
	return &refusal{status: http.StatusUnauthorized, reason: "a bearer token is needed"}
}

func invalid(reason string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "invalid_token", reason: reason}
}

func malformed(reason string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_request", reason: reason}
}

func insufficient(scopes []tools.Scope) *refusal {
	return &refusal{status: http.StatusForbidden, code: "insufficient_scope", reason: "the token was not granted the scope that this needs", scopes: scopes}
}

// unavailable says nothing of the token, which could not be checked: a client
// must not throw it away.
func unavailable(retryAfter time.Duration) *refusal {
	return &refusal{
		status: http.StatusServiceUnavailable, code: "temporarily_unavailable",
		reason: "the token cannot be checked, because its issuer does not answer", retryAfter: retryAfter,
	}
}

func refusalOf(err error) *refusal {
	if e, ok := errors.AsType[*refusal](err); ok {
		return e
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &refusal{
			status: http.StatusRequestEntityTooLarge, code: "invalid_request",
			reason: fmt.Sprintf("the request is larger than %d bytes", e.Limit),
		}
	}
	return malformed("the request cannot be read")
}

// write answers with the refusal and, where a token would help, with the
// challenge of RFC 6750, 3 and RFC 9728, 5.1.
func (e *refusal) write(w http.ResponseWriter, metadata string) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	if e.status != http.StatusServiceUnavailable && e.status != http.StatusRequestEntityTooLarge {
		header.Set("WWW-Authenticate", e.challenge(metadata))
	}
	if e.retryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int(math.Ceil(e.retryAfter.Seconds()))))
	}
	code := e.code
	if code == "" {
		code = "unauthorized"
	}
	body, err := json.Marshal(map[string]string{"error": code, "error_description": e.reason})
	if err != nil {
		body = nil // two strings: cannot happen
	}
	w.WriteHeader(e.status)
	// The caller may be gone; there is nobody else to tell.
	_, _ = w.Write(body)
}

func (e *refusal) challenge(metadata string) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+`="`+value+`"`)
		}
	}
	if e.code != "" {
		add("error", e.code)
		add("error_description", e.reason)
	}
	if metadata != "" { // who has the static token has it from a person
		names := make([]string, len(e.scopes))
		for i, s := range e.scopes {
			names[i] = string(s)
		}
		add("scope", strings.Join(names, " "))
		add("resource_metadata", metadata)
	}
	return strings.TrimSpace("Bearer " + strings.Join(parts, ", "))
}
