package tools

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"pingkit/connect"
	"pingkit/internal/config"
	"pingkit/internal/lookup"
	"pingkit/internal/promotion"
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
	what, next, transaction := explain(err)
	text := sentence(what)
	if next != "" {
		text += " " + sentence(capital(next))
	}
	if transaction != "" && !strings.Contains(text, transaction) {
		text += " Transaction id: " + transaction + "."
	}
	return text
}

// explain turns an error into what failed, what to do next and the transaction
// id of the call to the system, each empty where there is none.
func explain(err error) (what, next, transaction string) {
	if e, ok := errors.AsType[*config.Error](err); ok {
		return e.Error(), "Set this in the server's environment, where the MCP client's configuration starts it, and start it again", ""
	}
	if e, ok := errors.AsType[*lookup.NotFoundError](err); ok {
		return e.Error(), finders[e.Kind], ""
	}
	if e, ok := errors.AsType[*lookup.AmbiguousError](err); ok {
		return e.Error(), "", ""
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return err.Error(), "", ""
	}
	switch err.(type) {
	case *connect.Error:
		return answer(e), remedy(e), e.TransactionID
	case *promotion.RefusedError, *promotion.NotDoneError:
		return err.Error(), "", e.TransactionID // has its own advice
	}
	return err.Error(), remedy(e), e.TransactionID
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

// remedy says what can be done about a failed call.
func remedy(e *connect.Error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](e); ok {
		if e.System == connect.SystemPingCentral {
			return "Its certificate is not trusted: set PINGCENTRAL_CA_FILE to a PEM file with the certificate or its authority's"
		}
		return "Its certificate is not trusted: the machine's authorities, or a proxy on the way, must be put right"
	}
	switch {
	case e.System == connect.SystemStorage && e.Status == http.StatusForbidden:
		return "The download link may have expired: call again"
	case e.Status == http.StatusTooManyRequests || e.RetryAfter > 0:
		return fmt.Sprintf("Try again %s", later(e.RetryAfter))
	case e.Temporary():
		return "Try again in a minute"
	case e.System == connect.SystemPingOne && e.SignIn && e.Unauthorized():
		return "Check PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET, PINGONE_ENVIRONMENT_ID (the worker's own) and PINGONE_REGION_CODE"
	case e.System == connect.SystemPingOne && e.Unauthorized():
		return "Check that the environment exists and that the worker application has a role in it"
	case e.System == connect.SystemPingCentral && e.SignIn && e.Unauthorized():
		return "Check PINGCENTRAL_TOKEN_URL, PINGCENTRAL_CLIENT_ID, PINGCENTRAL_CLIENT_SECRET and PINGCENTRAL_SCOPES"
	case e.System == connect.SystemPingCentral && e.Status == http.StatusUnauthorized:
		return "Check the PINGCENTRAL_ settings before another try: repeated failed logins lock the account"
	case e.System == connect.SystemPingCentral && e.Status == http.StatusForbidden:
		return "The account may not do this, or the license does not allow it; an application owner sees only own applications " +
			"and cannot promote to a shielded environment"
	case e.NotFound():
		return "It may have been removed: list again and use an id from the list"
	case e.Code == "INVALID_FILTER" || strings.Contains(fmt.Sprint(e.Details), "INVALID_FILTER"):
		return "Correct the filter, or use query, product and tag instead"
	}
	return ""
}

func later(after time.Duration) string {
	if after <= 0 {
		return "in a minute"
	}
	return fmt.Sprintf("after %d seconds", int(after.Round(time.Second).Seconds()))
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

// severalError is the failure of a call to several systems, all of which failed.
type severalError struct{ errs []error }

func (e *severalError) Error() string { return errors.Join(e.errs...).Error() }
