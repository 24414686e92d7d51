package sandbox

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/testutil/nettest"
)

func TestCloseLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := newPingOne(t, s)
	c := newPingCentral(t, s)
	p.download(PingIDKit, "2.24.0")
	c.promote(Payroll, Test, redirects)
	waiting := make(chan struct{})
	s.Inject(Fault{Operation: "listEnvironments", System: PingOneAPI, Delay: time.Hour, Before: func() { close(waiting) }})
	answered := make(chan error)
	go func() {
		_, err := try(t, p.client, http.MethodGet, s.apiURL()+"/environments", "", header{"Authorization", "Bearer " + p.token})
		answered <- err
	}()
	<-waiting
	if err := s.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := <-answered; err == nil {
		t.Error("a request was answered after the end")
	}
	p.client.CloseIdleConnections()
	c.client.CloseIdleConnections()
}

func TestFixedAddress(t *testing.T) {
	addr := nettest.FreeAddress(t)
	s := start(t, Options{Addr: addr})
	if s.apiURL() != "http://"+addr+"/v1" {
		t.Errorf("API at %s, want it at %s", s.apiURL(), addr)
	}
	base, err := strconv.Atoi(portOf(s.listeners.api))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []net.Listener{s.listeners.auth, s.listeners.storage, s.listeners.central} {
		if port, err := strconv.Atoi(portOf(l)); err != nil || port <= base || port > base+150 {
			t.Errorf("port %d (%v) is not near %d", port, err, base)
		}
	}
	for _, wrong := range []string{addr, "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"} {
		if second, err := Start(Options{Addr: wrong}); err == nil {
			t.Errorf("a sandbox started at %s", wrong)
			second.Close()
		} else if !strings.HasPrefix(err.Error(), "starting the sandbox: ") {
			t.Errorf("at %s: %v", wrong, err)
		}
	}
}

func TestHostNames(t *testing.T) {
	for addr, want := range map[string][2]string{
		"127.0.0.1:0": {"127.0.0.1", "localhost"},
		"localhost:0": {"localhost", "127.0.0.1"},
		"0.0.0.0:0":   {"127.0.0.1", "localhost"},
		":0":          {"127.0.0.1", "localhost"},
	} {
		s := start(t, Options{Addr: addr})
		if !strings.HasPrefix(s.apiURL(), "http://"+want[0]+":") || !strings.HasPrefix(s.StorageURL(), "http://"+want[1]+":") {
			t.Errorf("%s: API at %s, storage at %s", addr, s.apiURL(), s.StorageURL())
		}
		if got := newPingOne(t, s).download(PingIDKit, "2.24.0").StatusCode; got != http.StatusOK {
			t.Errorf("%s: status %d", addr, got)
		}
		if got := newPingCentral(t, s).do(http.MethodGet, "/environments", "").StatusCode; got != http.StatusOK {
			t.Errorf("%s: PingCentral answers %d", addr, got)
		}
	}
}

// TestSettings reaches the sandbox by the clients that users have.
func TestSettings(t *testing.T) {
	s := start(t, Options{})
	one, err := connect.NewPingOne(s.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	environments, err := connect.JSON[pingone.EnvironmentCollection](one.ListEnvironments(t.Context(), &pingone.ListEnvironmentsParams{}))
	if err != nil || len(environments.Embedded.Environments) != 3 {
		t.Errorf("environments %v, %v", environments, err)
	}
	for name, c := range map[string]struct {
		settings connect.PingCentralSettings
		want     int
	}{
		"administrator": {s.PingCentral(), 10}, "owner": {s.PingCentralAsOwner(), 2}, "token": {s.PingCentralByToken(), 10},
	} {
		central, err := connect.NewPingCentral(c.settings)
		if err != nil {
			t.Fatal(err)
		}
		found, err := connect.JSON[pingcentral.ApplicationCollection](central.ListApplications(t.Context(), &pingcentral.ListApplicationsParams{}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if applications, err := found.Applications(); err != nil || len(applications) != c.want {
			t.Errorf("%s: %d applications, %v", name, len(applications), err)
		}
	}
	values := map[string]string{}
	for _, v := range s.Variables("ca.pem") {
		values[v.Name] = v.Value
		if v.Secret != (strings.HasSuffix(v.Name, "SECRET") || strings.HasSuffix(v.Name, "PASSWORD")) {
			t.Errorf("%s: secret %v", v.Name, v.Secret)
		}
	}
	if values["PINGONE_API_URL"] != s.PingOne().APIURL || values["PINGCENTRAL_CA_FILE"] != "ca.pem" || values["PINGCENTRAL_URL"] != s.PingCentral().URL {
		t.Errorf("variables %v", values)
	}
}

func TestRequestLogHoldsNoSecrets(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	do(t, p.client, http.MethodGet, s.apiURL()+"/environments?limit=1", "", header{"Authorization", "Bearer " + p.token},
		header{"User-Agent", "test/1"}, header{"X-Ping-External-Transaction-ID", "tx-1"})
	p.download(PingIDKit, "2.24.0", header{"Range", "bytes=0-9"}, header{"If-Range", `"x"`})
	newPingCentral(t, s).promote(Payroll, Test, `{"clientSecret":"chosen-secret","redirectUris":["https://a.example.com/"]}`)

	var operations []string
	for _, r := range s.Requests() {
		operations = append(operations, string(r.System)+" "+r.Operation)
		line := strings.Join([]string{r.Path, r.Query, r.Authorization, r.UserAgent}, " ")
		for _, secret := range []string{ClientSecret, p.token, AdministratorPassword, "X-Amz-Signature", "chosen-secret"} {
			if strings.Contains(line, secret) {
				t.Errorf("the log of %s holds %s", r.Operation, secret)
			}
		}
	}
	want := "auth token|pingone listEnvironments|pingone getIntegrationVersionAsset|storage storage|pingcentral promoteApplication"
	if got := strings.Join(operations, "|"); got != want {
		t.Errorf("log %s, want %s", got, want)
	}
	listed := s.RequestsOf("listEnvironments")[0]
	if listed.Authorization != "Bearer" || listed.XSRF || listed.UserAgent != "test/1" || listed.TransactionID != "tx-1" || listed.Status != 200 ||
		listed.Query != "limit=1" || listed.Bytes == 0 || listed.Method != http.MethodGet {
		t.Errorf("entry %+v", listed)
	}
	stored := s.RequestsOf("storage")[0]
	if stored.Authorization != "" || stored.Range != "bytes=0-9" || stored.IfRange != `"x"` || stored.Query != "" {
		t.Errorf("entry %+v", stored)
	}
	if promoted := s.RequestsOf("promoteApplication")[0]; promoted.Authorization != "Basic" || !promoted.XSRF || promoted.Status != 200 {
		t.Errorf("entry %+v", promoted)
	}
	s.Reset()
	if got := len(s.Requests()); got != 0 {
		t.Errorf("%d requests after the reset", got)
	}
}
