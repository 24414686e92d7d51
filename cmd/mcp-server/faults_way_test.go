//go:build faults

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/nettest"
)

// TestFaultsOnTheWay has one system out of reach, in each way: its tools say so
// and what to do, those of the other one work, and nothing is sent twice.
func TestFaultsOnTheWay(t *testing.T) {
	nobody := nettest.RefusingAddress(t)
	expired, certificate := nettest.SecureServer(t, http.NotFoundHandler(), time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour), "127.0.0.1")
	authority := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	pingOneAt := func(address string) []string {
		return []string{"PINGONE_AUTH_URL=" + address, "PINGONE_API_URL=" + address + "/v1"}
	}
	secured := func(address string) string { return strings.Replace(address, "http:", "https:", 1) }
	for name, test := range map[string]struct {
		pingOne bool // it is PingOne that is out of reach; else PingCentral
		env     func(box *sandbox.Sandbox) []string
		want    []string
	}{
		"no such host, PingOne": {true, func(*sandbox.Sandbox) []string { return pingOneAt("https://pingone.invalid") },
			[]string{"PingOne", "pingone.invalid"}},
		"no such host": {false, func(*sandbox.Sandbox) []string { return []string{"PINGCENTRAL_URL=https://pingcentral.invalid:9022"} },
			[]string{"PingCentral", "pingcentral.invalid"}},
		"connection refused, PingOne": {true, func(*sandbox.Sandbox) []string { return pingOneAt("http://" + nobody) },
			[]string{"PingOne", "refused the connection"}},
		"connection refused": {false, func(*sandbox.Sandbox) []string { return []string{"PINGCENTRAL_URL=https://" + nobody} },
			[]string{"PingCentral", "refused the connection"}},
		"plain HTTP, PingOne": {true, func(box *sandbox.Sandbox) []string { return pingOneAt(secured(box.PingOne().AuthURL)) },
			[]string{"PingOne", "TLS"}},
		"plain HTTP": {false, func(box *sandbox.Sandbox) []string {
			return []string{"PINGCENTRAL_URL=" + secured(box.PingOne().AuthURL)}
		}, []string{"PingCentral", "TLS"}},
		"no authority":      {false, func(*sandbox.Sandbox) []string { return []string{"PINGCENTRAL_CA_FILE="} }, []string{"PINGCENTRAL_CA_FILE"}},
		"another authority": {false, func(*sandbox.Sandbox) []string { return []string{"PINGCENTRAL_CA_FILE=" + authority} }, []string{"PINGCENTRAL_CA_FILE"}},
		"expired certificate": {false, func(*sandbox.Sandbox) []string {
			return []string{"PINGCENTRAL_URL=https://" + expired, "PINGCENTRAL_CA_FILE=" + authority}
		}, []string{"expired"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := newSandbox(t)
			p := against(t, box, test.env(box)...).greet(modern, asking)
			calls := faultCalls()
			for _, call := range calls {
				concernsPingOne := call.kind == "catalog" || call.kind == "download"
				if call.planned || call.tool == "list_environments" {
					continue
				}
				a := p.asked(call.tool, call.args(&here{box: box}), approving)
				if concernsPingOne != test.pingOne {
					if a.IsError {
						t.Errorf("%s, which has nothing to do with it: %s", call.tool, a.text())
					}
					continue
				}
				h := &here{process: p}
				h.t = t
				if !a.IsError {
					t.Errorf("%s worked: %s", call.tool, a.text())
				}
				h.plainError(a)
				for _, part := range test.want {
					if !strings.Contains(a.text(), part) {
						t.Errorf("%s: want %q in %s", call.tool, part, a.text())
					}
				}
			}
			var half struct {
				Environments []struct{ System string }
				Incomplete   string
			}
			p.ok("list_environments", "{}", &half)
			if len(half.Environments) == 0 || half.Incomplete == "" {
				t.Errorf("the environments of the other system are not told: %+v", half)
			}
			if n := writes(box); test.pingOne != (n == 2) || !test.pingOne && n > 0 {
				t.Errorf("%d writes reached PingCentral", n)
			}
		})
	}
}
