package connect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/testutil/nettest"
)

// proxiedVariable has the test's program be the client behind the proxy instead;
// its value is the certificate of the systems.
const proxiedVariable = "PINGKIT_TEST_PROXIED"

const proxiedToken = "token-that-no-proxy-sees"

// unrouted is an address of nobody (RFC 5737): what is not sent to the proxy
// gets nowhere.
const unrouted = "192.0.2.7"

// TestProxy has a client in a process of its own, as net/http reads the proxy's
// variables once, use both systems through a proxy: it is asked for a tunnel to
// each, and sees nothing of what passes through.
func TestProxy(t *testing.T) {
	if certificate := os.Getenv(proxiedVariable); certificate != "" {
		behindProxy(t, certificate)
		return
	}
	t.Parallel()
	systems, certificate := proxiedSystems(t)
	for _, excluded := range []string{"", unrouted} {
		proxy := &tunnels{to: systems}
		server := httptest.NewServer(proxy)
		client := exec.Command(os.Args[0], "-test.run=^TestProxy$", "-test.v")
		client.Env = []string{proxiedVariable + "=" + certificate, "HTTPS_PROXY=" + server.URL, "NO_PROXY=" + excluded}
		printed, err := client.CombinedOutput()
		server.Close()
		if err != nil {
			t.Fatalf("%v:\n%s", err, printed)
		}
		want := []string{unrouted + ":443", "api.pingone.test:443", "auth.pingone.test:443", "central.test:9022"}
		got := "the excluded address was reached"
		if excluded != "" {
			want, got = want[1:], "the excluded address was not reached"
		}
		asked, seen := proxy.noted()
		slices.Sort(asked)
		if !slices.Equal(slices.Compact(asked), want) {
			t.Errorf("without %q, the proxy was asked for %q", excluded, asked)
		}
		if !strings.Contains(string(printed), got) {
			t.Errorf("without %q: %s", excluded, printed)
		}
		for _, secret := range []string{proxiedToken, workerSecret, "Authorization", "Proxy-Authorization"} {
			if strings.Contains(seen, secret) {
				t.Errorf("the proxy saw %s", secret)
			}
		}
	}
}

// behindProxy is the client.
func behindProxy(t *testing.T, certificate string) {
	one, err := connect.NewPingOne(connect.PingOneSettings{
		ClientID: workerID, ClientSecret: workerSecret, EnvironmentID: workerEnv, CACertificates: []byte(certificate),
		APIURL: "https://api.pingone.test/v1", AuthURL: "https://auth.pingone.test",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer one.CloseIdleConnections()
	if _, err := connect.JSON[pingone.EnvironmentCollection](one.ListEnvironments(t.Context(), nil)); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"https://central.test:9022", "https://" + unrouted} {
		central, err := connect.NewPingCentral(connect.PingCentralSettings{URL: address, Token: proxiedToken, CACertificates: []byte(certificate)}, connect.WithRetryBudget(0))
		if err != nil {
			t.Fatal(err)
		}
		defer central.CloseIdleConnections()
		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		if strings.Contains(address, unrouted) && os.Getenv("NO_PROXY") != "" {
			ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
		}
		_, err = connect.JSON[pingcentral.ApplicationCollection](central.ListApplications(ctx, nil))
		cancel()
		switch {
		case !strings.Contains(address, unrouted):
			if err != nil {
				t.Error(err)
			}
		case err == nil:
			fmt.Println("the excluded address was reached")
		default:
			fmt.Println("the excluded address was not reached")
		}
	}
}

// refusingVariable has the test's program be the client behind a proxy that
// refuses it.
const refusingVariable = "CONNECT_TEST_REFUSED"

// TestProxyThatRefuses counts how often a proxy is asked with credentials that it
// refuses, by calls one after the other.
func TestProxyThatRefuses(t *testing.T) {
	if os.Getenv(refusingVariable) != "" {
		behindRefusingProxy(t)
		return
	}
	t.Parallel()
	for name, test := range map[string]struct {
		status, asked int
		credentials   string
		address       string
	}{
		"wrong password":         {407, 1, "user:hunter2@", "https://central.test:9022"},
		"wrong password, no TLS": {407, 1, "user:hunter2@", "http://central.test:9022"},
		"no password":            {407, 3, "", "https://central.test:9022"},
		"not allowed":            {403, 3, "", "https://central.test:9022"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.WriteHeader(test.status)
				fmt.Fprint(w, "<html><title>Sign in to the proxy</title></html>")
			}))
			defer server.Close()
			proxy := strings.Replace(server.URL, "http://", "http://"+test.credentials, 1)
			client := exec.Command(os.Args[0], "-test.run=^TestProxyThatRefuses$", "-test.v")
			client.Env = []string{refusingVariable + "=" + test.address, "HTTPS_PROXY=" + proxy, "HTTP_PROXY=" + proxy}
			printed, err := client.CombinedOutput()
			if err != nil {
				t.Fatalf("%v:\n%s", err, printed)
			}
			if n := int(asked.Load()); n != test.asked {
				t.Errorf("the proxy was asked %d times, want %d", n, test.asked)
			}
			if want := fmt.Sprintf("the proxy %s refused the connection: %d", server.Listener.Addr(), test.status); !strings.Contains(string(printed), want) || strings.Contains(string(printed), "hunter2") {
				t.Errorf("the errors are %s", printed)
			}
		})
	}
}

// behindRefusingProxy makes three calls.
func behindRefusingProxy(t *testing.T) {
	network := connect.NewHTTPClient(connect.WithUserAgent("test"))
	defer network.CloseIdleConnections()
	for range 3 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, os.Getenv(refusingVariable), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := network.Do(req)
		if err == nil {
			resp.Body.Close()
			t.Fatalf("the answer is %s", resp.Status)
		}
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e.Status != 0 || e.Sent && strings.HasPrefix(os.Getenv(refusingVariable), "https") || e.Temporary() || e.Unauthorized() {
			t.Errorf("the error is %+v", e)
		}
		fmt.Println(err)
	}
}

// proxiedSystems is a server for all of the systems' names, and its certificate.
func proxiedSystems(t *testing.T) (address, certificate string) {
	t.Helper()
	answer := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		token := r.Header.Get("Authorization") == "Bearer "+proxiedToken
		switch {
		case strings.HasSuffix(r.URL.Path, "/as/token"):
			fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, proxiedToken)
		case !token:
			w.WriteHeader(http.StatusUnauthorized)
		case r.Host == "api.pingone.test":
			fmt.Fprint(w, `{"_embedded":{"environments":[]}}`)
		default:
			fmt.Fprint(w, `{"items":[]}`)
		}
	}
	now := time.Now()
	address, authority := nettest.SecureServer(t, http.HandlerFunc(answer), now.Add(-time.Hour), now.Add(time.Hour),
		"api.pingone.test", "auth.pingone.test", "central.test", unrouted)
	return address, string(authority)
}

// tunnels is a proxy that leads all tunnels to one address, and notes what it
// sees: the requests for tunnels, and what a client sends through them.
type tunnels struct {
	to string

	mu    sync.Mutex
	hosts []string
	seen  bytes.Buffer
}

func (p *tunnels) noted() (hosts []string, seen string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.hosts), p.seen.String()
}

func (p *tunnels) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.Write(b)
}

func (p *tunnels) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.hosts = append(p.hosts, r.Host)
	fmt.Fprintln(&p.seen, r.Method, r.RequestURI, r.Header)
	p.mu.Unlock()
	if r.Method != http.MethodConnect {
		http.Error(w, "only tunnels", http.StatusMethodNotAllowed)
		return
	}
	there, err := net.Dial("tcp", p.to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer here.Close()
	fmt.Fprint(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(here, there)
		here.Close()
	}()
	_, _ = io.Copy(io.MultiWriter(there, p), buffered) // until the client leaves
}
