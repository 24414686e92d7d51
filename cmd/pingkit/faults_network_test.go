package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/nettest"
)

// On the way to a system everything may fail: each failure has its exit code, is
// told with what to do, and leaves nothing behind.
func TestWayToTheSystems(t *testing.T) {
	closed := nettest.RefusingAddress(t)
	silent := listen(t) // takes connections and never answers
	refusing := refusingProxy(t)
	other := startStage(t, sandbox.Options{})
	pingOneAt := func(address string) []string {
		return []string{"PINGONE_AUTH_URL=" + address, "PINGONE_API_URL=" + address + "/v1"}
	}
	centralAt := func(address string) []string { return []string{"PINGCENTRAL_URL=" + address} }
	proxied := func(proxy string) []string {
		return append(pingOneAt("https://pingone.invalid"), "PINGCENTRAL_URL=https://pingcentral.invalid:9022", "HTTPS_PROXY="+proxy)
	}
	const pull, promote = "pull", "promote"
	for name, test := range map[string]struct {
		command string
		env     []string
		want    []string // of stderr
		timeout string
	}{
		"no such host": {pull, pingOneAt("https://pingone.invalid"), []string{"pingone.invalid", "check the address"}, ""},
		"no such host, PingCentral": {promote, centralAt("https://pingcentral.invalid:9022"),
			[]string{"pingcentral.invalid", "check the address"}, ""},
		"refused":              {pull, pingOneAt("http://" + closed), []string{"refused the connection", "check the address"}, ""},
		"refused, PingCentral": {promote, centralAt("https://" + closed), []string{"refused the connection", "check the address"}, ""},
		"silent":               {pull, pingOneAt("http://" + silent), []string{"check the address"}, "1s"},
		"silent, PingCentral":  {promote, centralAt("https://" + silent), []string{"check the address"}, "1s"},

		"a proxy that is not there": {pull, proxied("http://" + closed), []string{"refused the connection", "proxy"}, ""},
		"a proxy that wants a name": {pull, proxied("http://" + refusing), []string{"Proxy Authentication Required", "correct the user and password in HTTPS_PROXY"}, ""},
		"a proxy with a password": {promote, proxied("http://ada:proxy-password@" + refusing),
			[]string{"Proxy Authentication Required", "correct the user and password in HTTPS_PROXY"}, ""},

		"HTTP where HTTPS is due": {pull, pingOneAt(strings.Replace(startStage(t, sandbox.Options{}).PingOne().AuthURL, "http:", "https:", 1)),
			[]string{"does not speak TLS", "check the address"}, ""},
		"HTTP where HTTPS is due, PingCentral": {promote, centralAt(strings.Replace(other.PingOne().AuthURL, "http:", "https:", 1)),
			[]string{"does not speak TLS", "check the address"}, ""},
		"no authority":      {promote, []string{"PINGCENTRAL_CA_FILE=", "SSL_CERT_FILE="}, []string{"cannot be verified", "set PINGCENTRAL_CA_FILE"}, ""},
		"another authority": {promote, []string{"PINGCENTRAL_CA_FILE=" + other.path("ca.pem"), "SSL_CERT_FILE="}, []string{"cannot be verified", "set PINGCENTRAL_CA_FILE"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startStage(t, sandbox.Options{})
			g.set(test.env...)
			lost(t, g, test.command, test.timeout, test.want...)
		})
	}
}

// A certificate that is out of date, by its clock or by this machine's, or that
// is another host's, is told as what it is.
func TestCertificateOfPingCentral(t *testing.T) {
	hour := time.Hour
	for name, test := range map[string]struct {
		from, to time.Duration
		host     string
		want     []string
	}{
		"expired":     {-2 * hour, -hour, "127.0.0.1", []string{"expired", "clock"}},
		"not yet due": {hour, 2 * hour, "127.0.0.1", []string{"not yet valid", "clock"}},
		"another's":   {-hour, hour, "192.0.2.1", []string{"192.0.2.1", "PINGCENTRAL_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startStage(t, sandbox.Options{})
			address, certificate := nettest.SecureServer(t, http.NotFoundHandler(), time.Now().Add(test.from), time.Now().Add(test.to), test.host)
			g.check(t, os.WriteFile(g.path("other.pem"), certificate, 0o600))
			g.set("PINGCENTRAL_URL=https://"+address, "PINGCENTRAL_CA_FILE="+g.path("other.pem"))
			lost(t, g, "promote", "", test.want...)
		})
	}
}

// lost runs a command that does not get through, and checks what every such run
// has in common.
func lost(t *testing.T, g *stage, command, timeout string, want ...string) {
	t.Helper()
	args := []string{"pull", "Slack Connector", "--dir", "kits"}
	if command == "promote" {
		args = []string{"app", "promote", sandbox.Payroll, "--to", sandbox.Test, "--yes", "--redirect-uri", "https://pay.example.com/cb"}
	}
	if timeout != "" {
		args = append(args, "--timeout", timeout)
	}
	o := g.run(t, append(args, "--output", "json")...)
	checkOutput(t, o)
	if o.code != exitNetwork || o.stdout != "" {
		t.Errorf("want exit code %d and nothing on stdout: %s", exitNetwork, o)
	}
	for _, text := range want {
		if !strings.Contains(o.stderr, text) {
			t.Errorf("want %q: %s", text, o)
		}
	}
	if strings.Contains(o.stderr, "proxy-password") {
		t.Errorf("the proxy's password is told: %s", o)
	}
	if left := snapshotOf(t, g.work); len(left) != 1 {
		t.Errorf("something was left behind: %v", left)
	}
	if sent := g.RequestsOf("promoteApplication"); len(sent) > 0 {
		t.Errorf("%d promotions were sent", len(sent))
	}
}

func listen(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// refusingProxy lets nobody through.
func refusingProxy(t *testing.T) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}
