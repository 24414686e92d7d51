package sandbox

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/testutil/clocktest"
)

func newClock() *clocktest.Clock {
	return clocktest.At(time.Date(2024, 11, 20, 12, 0, 0, 0, time.UTC))
}

func start(t *testing.T, opts Options) *Sandbox {
	t.Helper()
	s, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the sandbox: %v", err)
		}
	})
	return s
}

// httpClient trusts the sandbox and follows no redirect.
func httpClient(t *testing.T, s *Sandbox) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CA()) {
		t.Fatal("the sandbox's certificate is no PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reply is an answer that was read to its end, or to where it broke.
type reply struct {
	*http.Response
	body []byte
	err  error // of reading the body
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("status %d, body %q: %v", r.StatusCode, r.body, err)
	}
	return v
}

type header [2]string

// try sends a request and reads the answer; an error is that of sending.
func try(t *testing.T, client *http.Client, method, address, body string, headers ...header) (reply, error) {
	t.Helper()
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		req.Header.Set(h[0], h[1])
	}
	res, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res, b, err}, nil
}

func do(t *testing.T, client *http.Client, method, address, body string, headers ...header) reply {
	t.Helper()
	r, err := try(t, client, method, address, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	return r
}

// pingOne is a client of the catalog with a token.
type pingOne struct {
	t      *testing.T
	s      *Sandbox
	client *http.Client
	token  string
}

func newPingOne(t *testing.T, s *Sandbox) *pingOne {
	t.Helper()
	p := &pingOne{t: t, s: s, client: httpClient(t, s)}
	r := do(t, p.client, http.MethodPost, s.authURL()+"/"+WorkerEnvironmentID+"/as/token",
		url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {ClientSecret}}.Encode(),
		header{"Content-Type", "application/x-www-form-urlencoded"})
	if r.StatusCode != http.StatusOK {
		t.Fatalf("token: status %d, %s", r.StatusCode, r.body)
	}
	p.token = r.json(t)["access_token"].(string)
	return p
}

func (p *pingOne) get(path string) reply {
	p.t.Helper()
	return do(p.t, p.client, http.MethodGet, p.s.apiURL()+path, "", header{"Authorization", "Bearer " + p.token})
}

func (p *pingOne) integrations(query string) reply {
	p.t.Helper()
	return p.get("/environments/" + CatalogEnvironmentID + "/integrations" + query)
}

func versionPath(s *Sandbox, integration, number string) string {
	return "/environments/" + CatalogEnvironmentID + "/integrations/" + s.IntegrationID(integration) + "/versions/" + s.VersionID(integration, number)
}

// asset asks for a kit, and returns the redirect.
func (p *pingOne) asset(integration, number string) reply {
	p.t.Helper()
	return p.get(versionPath(p.s, integration, number) + "/asset")
}

// download asks for a kit and fetches it from the storage, with the given headers.
func (p *pingOne) download(integration, number string, headers ...header) reply {
	p.t.Helper()
	r := p.asset(integration, number)
	if r.StatusCode != http.StatusTemporaryRedirect {
		p.t.Fatalf("asset: status %d, %s", r.StatusCode, r.body)
	}
	return do(p.t, p.client, http.MethodGet, r.Header.Get("Location"), "", headers...)
}

// pingCentral is a client of PingCentral.
type pingCentral struct {
	t              *testing.T
	s              *Sandbox
	client         *http.Client
	user, password string
}

func newPingCentral(t *testing.T, s *Sandbox) *pingCentral {
	t.Helper()
	return &pingCentral{t: t, s: s, client: httpClient(t, s), user: AdministratorName, password: AdministratorPassword}
}

func (p *pingCentral) try(method, path, body string) (reply, error) {
	p.t.Helper()
	req, err := http.NewRequest(method, p.s.centralURL()+"/api/v1"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	req.SetBasicAuth(p.user, p.password)
	req.Header.Set("X-XSRF-Header", "PASS")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := p.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res, b, err}, nil
}

func (p *pingCentral) do(method, path, body string) reply {
	p.t.Helper()
	r, err := p.try(method, path, body)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

const redirects = `{"redirectUris":["https://payroll.example.com/callback"]}`

func (p *pingCentral) promote(application, environment, body string) reply {
	p.t.Helper()
	return p.do(http.MethodPost, "/applications/promotion/"+p.s.ApplicationID(application)+"/"+p.s.EnvironmentID(environment), body)
}
