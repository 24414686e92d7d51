package tools

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/pingcentral"
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
	what, next, transaction := explainError(err)
	text := sentence(explain.Plain(what))
	if next != "" {
		text += " " + sentence(capital(next))
	}
	if transaction != "" && !strings.Contains(text, transaction) {
		text += " Transaction id: " + transaction + "."
	}
	return text
}

// explainError turns an error into what failed, what to do next and the transaction
// id of the call to the system, each empty where there is none.
func explainError(err error) (what, next, transaction string) {
	if e, ok := errors.AsType[*config.Error](err); ok {
		return e.Error(), "Set this in the server's environment, where the MCP client's configuration starts it, and start it again", ""
	}
	if e, ok := errors.AsType[*match.NotFoundError](err); ok {
		return e.Error(), finders[e.Kind], ""
	}
	if e, ok := errors.AsType[*match.AmbiguousError](err); ok {
		return e.Error(), "", ""
	}
	if e, ok := errors.AsType[*pingcentral.RefusedError](err); ok && e.Shielded {
		return e.Error(), "Have the user promote it: with a client that can ask its user (elicitation), with pingkit app promote on a terminal, or in PingCentral", ""
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return err.Error(), remedy(err), ""
	}
	switch err.(type) {
	case *connect.Error:
		return answer(e), explain.Next(e), e.TransactionID
	case *pingcentral.RefusedError, *pingcentral.NotDoneError:
		return err.Error(), "", e.TransactionID // has its own advice
	}
	return err.Error(), explain.Next(e), e.TransactionID
}

// remedy says what to do about a failure that is no system's refusal, or "" where
// its own text does.
func remedy(err error) string {
	switch {
	case errors.Is(err, kitzip.ErrUnsafe), errors.Is(err, kitzip.ErrDamaged):
		return "Do not use this kit, and tell its publisher"
	case errors.Is(err, download.ErrIntegrity):
		return "Try again; if it happens again, do not use the kit, and have what stands before PingOne and its storage looked at"
	case errors.Is(err, download.ErrTooLarge):
		return "Have whoever runs this server allow it, with PINGKIT_MAX_DOWNLOAD"
	case errors.Is(err, download.ErrDisk), is[*fs.PathError](err), is[*os.LinkError](err):
		return "Have the download directory looked at: its permissions and the free space"
	case errors.Is(err, catalog.ErrPaging):
		return "Ask for less: name it, or use a query; if it happens again, tell Ping's support"
	}
	return ""
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// finders name the tool that lists what a call did not find.
var finders = map[string]string{
	"integration": "list_integrations shows what there is",
	"version":     "list_versions shows what there is",
	"application": "list_applications shows what there is",
	"environment": "list_environments shows what there is",
	"promotion":   "get_application shows the history",
}

// answer says what the system answered, or that it did not.
func answer(e *connect.Error) string {
	var b strings.Builder
	system := string(e.System)
	if e.System == connect.SystemStorage {
		system = "the storage that PingOne names for the kit"
	}
	if e.SignIn {
		system += "'s token endpoint"
	}
	if e.Status == 0 {
		fmt.Fprintf(&b, "%s at %s gave no answer", system, e.Host)
	} else {
		fmt.Fprintf(&b, "%s answered %d %s", system, e.Status, http.StatusText(e.Status))
	}
	if e.Code != "" {
		fmt.Fprintf(&b, " (%s)", e.Code)
	}
	if e.Message != "" && e.Message != http.StatusText(e.Status) {
		b.WriteString(": " + strings.TrimSuffix(e.Message, "."))
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	for _, d := range e.Details {
		b.WriteString("; " + d.String())
	}
	return b.String()
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
