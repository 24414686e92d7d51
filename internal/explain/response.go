package explain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/connect"
)

// Next returns what can be done about a call that a system refused or did not
// answer, without a full stop; empty where the caller ended the call.
func Next(e *connect.Error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](e); ok {
		return certificate(e)
	}
	if proxy, ok := errors.AsType[*connect.ProxyError](e); ok {
		switch proxy.Status {
		case http.StatusProxyAuthRequired:
			return "correct the user and password in HTTPS_PROXY, and restart what runs: they are not tried a second time"
		case http.StatusForbidden:
			return "have the operators of the proxy allow " + e.Host + ", or add it to NO_PROXY"
		}
	}
	switch {
	case errors.Is(e, context.Canceled):
		return ""
	case e.System == connect.SystemStorage && (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound):
		return "the download link may have expired: try again"
	case e.Status == http.StatusTooManyRequests || e.RetryAfter > 0:
		return "try again " + later(e.RetryAfter)
	case e.Status == 0 && !e.Temporary():
		return "check the address, the network and the proxy variables (HTTPS_PROXY, NO_PROXY)"
	case e.Status == 0:
		return "check the address and the network, a proxy included, or try again in a minute"
	case e.Temporary():
		return "try again in a minute"
	case e.Unauthorized():
		return credentials(e)
	case BadFilter(e):
		return "correct the filter, or leave it out and search by text, product and tag"
	case e.NotFound():
		return "it may have been removed: list again, and use an id from the list"
	case e.Status/100 == 2:
		return "check that the URL is the API's; a version of " + string(e.System) + " that pingkit does not know may answer otherwise"
	case e.Status/100 == 3:
		return "check that the URL is the API's, and what stands before it: the call is sent elsewhere"
	case e.System == connect.SystemPingCentral:
		return "look in PingCentral itself, where it can be done by hand, and in PingCentral's log"
	}
	return "if it happens again, tell Ping's support the transaction id"
}

// certificate is Next where the certificate that a system showed is refused.
func certificate(e *connect.Error) string {
	central := e.System == connect.SystemPingCentral
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](e); ok && invalid.Reason == x509.Expired {
		return "its certificate is out of date: have it renewed, or put right this machine's clock"
	}
	if _, ok := errors.AsType[x509.HostnameError](e); ok && central {
		return "its certificate is for another host: write PINGCENTRAL_URL with a name that the certificate has"
	}
	if central {
		return "its certificate is not trusted: set PINGCENTRAL_CA_FILE to a PEM file with the certificate or its authority's"
	}
	return "its certificate is not trusted: put right the machine's authorities, or the proxy on the way"
}

// credentials is Next where the credentials, or what they allow, do not suffice.
func credentials(e *connect.Error) string {
	central := e.System == connect.SystemPingCentral
	switch {
	case central && e.SignIn:
		return "check PINGCENTRAL_TOKEN_URL, PINGCENTRAL_CLIENT_ID, PINGCENTRAL_CLIENT_SECRET and PINGCENTRAL_SCOPES"
	case central && e.Status == http.StatusUnauthorized:
		return "check the PINGCENTRAL_ settings before another try: repeated failed logins lock the account"
	case central:
		return "the account may not do this, or the license does not allow it; an application owner sees only own applications " +
			"and cannot promote to a shielded environment"
	case e.SignIn:
		return "check PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET, PINGONE_ENVIRONMENT_ID (the worker's own) and PINGONE_REGION_CODE"
	}
	if e.Status == http.StatusUnauthorized {
		return "its token is refused: check that PINGONE_REGION_CODE, or PINGONE_AUTH_URL and PINGONE_API_URL, are of one region, or try again in a minute"
	}
	return "check that the environment exists and that the worker application has a role in it"
}

// BadFilter reports that PingOne could not use the filter that it was given.
func BadFilter(e *connect.Error) bool {
	const code = "INVALID_FILTER"
	return e.Code == code || slices.ContainsFunc(e.Details, func(d connect.ErrorDetail) bool { return d.Code == code })
}

func later(after time.Duration) string {
	if after <= 0 {
		return "in a minute"
	}
	if after > 24*time.Hour {
		return "later than in a day"
	}
	return fmt.Sprintf("after %d seconds", int(after.Round(time.Second).Seconds()))
}

// response says what a system answered, or that it did not answer.
func response(e *connect.Error) string {
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
