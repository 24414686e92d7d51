package connect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// bodyLimit bounds a JSON answer, in bytes. Its depth is bounded by
// encoding/json itself.
const bodyLimit = 16 << 20

// errAnswer is the cause of every answer that arrived whole and is unusable.
var errAnswer = errors.New("not an answer of this API")

// JSON reads an answer of a generated client into a T and closes it. A status
// that is no success, a body that breaks off, exceeds 16 MiB or is not the
// expected JSON, and a call without an answer are an *[Error]. 204 and 205 have
// no body and give the zero T.
func JSON[T any](resp *http.Response, err error) (T, error) {
	var value T
	if err := open(resp, err); err != nil {
		return value, err
	}
	defer resp.Body.Close()
	this := &call{answers: answers.hold(), own: true}
	if resp.Request != nil {
		this = callOf(resp.Request.Context())
	}
	defer this.closed()
	if resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusResetContent {
		return value, nil
	}
	body, err := readDocument(resp, this)
	if err != nil {
		return value, unreadable(resp, err)
	}
	if len(body) > bodyLimit {
		return value, broken(resp, fmt.Errorf("%w: it exceeds %d MiB", errAnswer, bodyLimit>>20))
	}
	// Some servers put a byte order mark before their JSON.
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if err := json.Unmarshal(body, &value); err != nil {
		var zero T
		return zero, broken(resp, notJSON(body, err))
	}
	return value, nil
}

// Check ends an answer whose body does not matter. A status that is no success
// and a call without an answer are an *[Error].
func Check(resp *http.Response, err error) error {
	if err := open(resp, err); err != nil {
		return err
	}
	discard(resp)
	return nil
}

// open returns the error of a call that did not succeed, and closes its answer.
func open(resp *http.Response, err error) error {
	if err != nil {
		return safe(err)
	}
	if resp == nil {
		return errors.New("no answer and no error: the call was not made")
	}
	if resp.StatusCode/100 == 2 {
		return nil
	}
	defer resp.Body.Close()
	// The status says enough where the body cannot be read.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit))
	return refusal(resp, body)
}

// safe passes errors of this package on. Others come from a generated client
// that could not build the request, and may quote a URL.
func safe(err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return safely(nil, err)
}

func unreadable(resp *http.Response, err error) error {
	if typed, ok := errors.AsType[*Error](err); ok {
		return typed
	}
	return broken(resp, err)
}

// notJSON says in words what was found in place of the expected document.
func notJSON(body []byte, err error) error {
	found := "other JSON than expected"
	syntax, isSyntax := errors.AsType[*json.SyntaxError](err)
	kind, isKind := errors.AsType[*json.UnmarshalTypeError](err)
	field := ""
	if isKind {
		field = fieldOf(err, kind)
	}
	switch {
	case len(body) == 0:
		found = "nothing"
	case body[0] == '<':
		found = "a page or XML in place of JSON; is the URL the API's?"
	case isSyntax:
		found = fmt.Sprintf("damaged JSON at byte %d", syntax.Offset)
	case field != "":
		found = fmt.Sprintf("%s where %s should hold something else", kind.Value, field)
	case isKind:
		found = kind.Value + " in place of the expected document"
	}
	return &unexpected{found: found, err: err}
}

// fieldOf returns the path of the field that holds something else than it should;
// empty for the document itself. The readers of the generated clients name the
// fields of their objects in text alone.
func fieldOf(err error, kind *json.UnmarshalTypeError) string {
	var path []string
	rest := err.Error()
	for {
		quoted, reading := strings.CutPrefix(rest, "error reading '")
		name, inner, found := strings.Cut(quoted, "': ")
		if !reading || !found {
			break
		}
		path, rest = append(path, name), inner
	}
	if kind.Field != "" {
		path = append(path, kind.Field)
	}
	return sanitize.Line(strings.Join(path, "."), valueLimit)
}

// unexpected keeps the decoder's error, whose text speaks of Go types, for
// errors.As.
type unexpected struct {
	found string
	err   error
}

func (u *unexpected) Error() string   { return errAnswer.Error() + ": it holds " + u.found }
func (u *unexpected) Unwrap() []error { return []error{errAnswer, u.err} }
