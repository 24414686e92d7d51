package tools

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/explain"
)

// failure is the answer to a call that failed: what failed, in which system,
// what the system said, what to do next, and the id to find it by.
func failure(ctx context.Context, tool string, err error) *mcp.CallToolResult {
	if _, ok := errors.AsType[*ArgumentError](err); ok {
		return mcp.NewToolResultError(err.Error())
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return mcp.NewToolResultError(tool + " was cancelled.")
	}
	return mcp.NewToolResultError(tool + " failed: " + Explain(err))
}

// Explain says of a failure what failed, in which system, what it said, what to
// do next and the transaction id. Of several failures it has them all.
func Explain(err error) string {
	if e, ok := errors.AsType[*severalError](err); ok {
		parts := make([]string, len(e.errs))
		for i, err := range e.errs {
			parts[i] = Explain(err)
		}
		return strings.Join(parts, " ")
	}
	if e, ok := errors.AsType[*versionNumberError](err); ok {
		return Explain(e.err) + ` The version came as a JSON number, which loses a zero at its end: write it in quotes, such as "2.10".`
	}
	x := explain.Error(err, explain.Assistant)
	text := sentence(x.Message)
	if x.Hint != "" {
		text += " " + sentence(capital(x.Hint))
	}
	if x.TransactionID != "" && !strings.Contains(text, x.TransactionID) {
		text += " Transaction id: " + x.TransactionID + "."
	}
	return text
}

// sentence ends s with a full stop, unless it has its end.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// capital begins s with a capital letter, unless its first word is a name.
func capital(s string) string {
	if first, _, _ := strings.Cut(s, " "); strings.ContainsAny(first, "_:/") {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// versionNumberError is the failure to find a version that came as a JSON number.
type versionNumberError struct{ err error }

func (e *versionNumberError) Error() string { return e.err.Error() }

func (e *versionNumberError) Unwrap() error { return e.err }

// severalError is the failure of a call to several systems, all of which failed.
type severalError struct{ errs []error }

func (e *severalError) Error() string { return errors.Join(e.errs...).Error() }
