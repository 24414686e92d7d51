package pingcentral

import (
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/testutil/nettest"
)

// TestStreamEndsOfAWrite ends the HTTP/2 stream of a write in ways after which
// Go's client sends it again by itself: it is received once, the history decides,
// and the answer and the audit say so.
func TestStreamEndsOfAWrite(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end     nettest.StreamEnd
		request Request
		method  string
		want    Status
		message string
		audited string
	}{
		"promotion, REFUSED_STREAM": {nettest.Refused, toTest(), http.MethodPost, StatusUnknown, "is not known", "unknown"},
		"promotion, GOAWAY":         {nettest.Away, toTest(), http.MethodPost, StatusUnknown, "is not known", "unknown"},
		"promotion, PROTOCOL_ERROR": {nettest.ProtocolError, toTest(), http.MethodPost, StatusPromoted, "the history shows a new promotion", "promoted"},
		"revert, REFUSED_STREAM":    {nettest.Refused, RevertRequest{payrollID, "h1"}, http.MethodPut, StatusUnknown, "is not known", "unknown"},
		"revert, GOAWAY":            {nettest.Away, RevertRequest{payrollID, "h1"}, http.MethodPut, StatusUnknown, "is not known", "unknown"},
		"revert, PROTOCOL_ERROR":    {nettest.ProtocolError, RevertRequest{payrollID, "h1"}, http.MethodPut, StatusReverted, "is reverted", "reverted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForeign(t)
			server := nettest.ServeFrames(t, http.HandlerFunc(f.serve), func(r *http.Request, n int) nettest.StreamEnd {
				if r.Method == test.method && n <= 3 {
					return test.end
				}
				return nettest.Answered
			})
			api, err := connect.NewPingCentral(connect.PingCentralSettings{
				URL: server.URL, Username: "Administrator", Password: "2Federate", CACertificates: server.Certificate,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(api.CloseIdleConnections)
			var audit strings.Builder
			s := New(func() (*connect.PingCentral, error) { return api, nil }, Options{Patience: hasty, Audit: NewAudit(&audit, "")})
			out, err := asUser(s, t.Context(), planned(t, s, test.request))
			if err != nil {
				t.Fatal(err)
			}
			if out.Status != test.want || !strings.Contains(out.Message, test.message) || !hasNote(out, "the request was sent once; no answer came") {
				t.Errorf("the outcome is %s: %s; notes %q", out.Status, out.Message, out.Notes)
			}
			if n := server.Received(test.method, ""); n != 1 {
				t.Errorf("the write was received %d times", n)
			}
			lines := auditLines(t, audit.String())
			if len(lines) != 2 || lines[0]["phase"] != "before" || lines[1]["phase"] != "after" || lines[1]["outcome"] != test.audited {
				t.Errorf("the audit is %v", lines)
			}
		})
	}
}
