package explain_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/explain"
)

func TestNext(t *testing.T) {
	t.Parallel()
	const one, central, storage = connect.SystemPingOne, connect.SystemPingCentral, connect.SystemStorage
	for _, test := range []struct {
		err  connect.Error
		want string // empty: nothing
	}{
		{connect.Error{System: central, Err: &tls.CertificateVerificationError{}}, "PINGCENTRAL_CA_FILE"},
		{connect.Error{System: one, Err: &tls.CertificateVerificationError{}}, "authorities"},
		{connect.Error{System: one, Err: &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}}, "clock"},
		{connect.Error{System: central, Err: &tls.CertificateVerificationError{Err: x509.HostnameError{}}}, "PINGCENTRAL_URL"},
		{connect.Error{System: one, Err: fmt.Errorf("stopped: %w", context.Canceled)}, ""},
		{connect.Error{System: one, Err: context.DeadlineExceeded}, "try again in a minute"},
		{connect.Error{System: one, Err: syscall.ECONNREFUSED}, "check the address and the network"},
		{connect.Error{System: one, Err: connect.ErrForeignOrigin}, "HTTPS_PROXY"},
		{connect.Error{System: storage, Status: 403}, "link may have expired"},
		{connect.Error{System: storage, Status: 404}, "link may have expired"},
		{connect.Error{System: central, Status: 429}, "try again in a minute"},
		{connect.Error{System: one, Status: 503, RetryAfter: 90 * time.Second}, "try again after 90 seconds"},
		{connect.Error{System: one, Status: 500}, "try again in a minute"},
		{connect.Error{System: one, SignIn: true, Status: 401}, "PINGONE_CLIENT_SECRET"},
		{connect.Error{System: one, Status: 403}, "has a role in it"},
		{connect.Error{System: one, Status: 401}, "PINGONE_REGION_CODE"},
		{connect.Error{System: one, Status: 429, RetryAfter: 1<<63 - 1}, "later than in a day"},
		{connect.Error{System: central, SignIn: true, Status: 400}, "PINGCENTRAL_SCOPES"},
		{connect.Error{System: central, Status: 401}, "lock the account"},
		{connect.Error{System: central, Status: 403}, "license"},
		{connect.Error{System: one, Status: 400, Code: "INVALID_FILTER"}, "correct the filter"},
		{connect.Error{System: one, Status: 400, Details: []connect.ErrorDetail{{Code: "INVALID_FILTER"}}}, "correct the filter"},
		{connect.Error{System: one, Status: 404}, "list again"},
		{connect.Error{System: central, Status: 200, Message: "the list cannot be read"}, "a version of PingCentral"},
		{connect.Error{System: one, Status: 400, Code: "INVALID_DATA"}, "support the transaction id"},
		{connect.Error{System: one, Status: 405}, "support the transaction id"},
		{connect.Error{System: one, SignIn: true, Status: 501}, "support the transaction id"},
		{connect.Error{System: central, Status: 422}, "PingCentral's log"},
		{connect.Error{System: one, SignIn: true, Status: 307}, "sent elsewhere"},
	} {
		got := explain.Next(&test.err)
		if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
			t.Errorf("%v: %q, want %q", &test.err, got, test.want)
		}
		// It is the callers who end a sentence, and who know tools and flags.
		if strings.HasSuffix(got, ".") || strings.Contains(got, "--") || strings.Contains(got, "list_") {
			t.Errorf("%v: %q", &test.err, got)
		}
	}
	if explain.BadFilter(&connect.Error{Err: errors.New("INVALID_FILTER")}) {
		t.Error("a text is taken for a code")
	}
}
