package connect_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pingkit/connect"
	"pingkit/gen/client/pingcentral"
)

// central is a PingCentral with a self-signed certificate of its own, as it
// comes out of the box.
type central struct {
	*foreign
	certificate []byte // PEM
}

func newCentral(t *testing.T, handler http.HandlerFunc) *central {
	t.Helper()
	return newCentralOver(t, "h2", handler)
}

// newCentralOver offers one protocol by its ALPN name.
func newCentralOver(t *testing.T, protocol string, handler http.HandlerFunc) *central {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "PingCentral"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c := &central{foreign: &foreign{}, certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	c.Server = httptest.NewUnstartedServer(c.note(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-XSRF-Header") != "PASS" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		handler(w, r)
	}))
	c.EnableHTTP2 = protocol == "h2"
	c.TLS = &tls.Config{NextProtos: []string{protocol}, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	c.StartTLS()
	t.Cleanup(c.Close)
	return c
}

func (c *central) settings() connect.PingCentralSettings {
	return connect.PingCentralSettings{URL: c.URL, Username: "Administrator", Password: "2Federate:é", CACertificates: c.certificate}
}

func connectTo(t *testing.T, settings connect.PingCentralSettings, options ...connect.Option) *connect.PingCentral {
	t.Helper()
	client, err := connect.NewPingCentral(settings, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func applications(t *testing.T, client *connect.PingCentral) error {
	t.Helper()
	_, err := connect.JSON[json.RawMessage](client.ListApplications(t.Context(), nil))
	return err
}

func TestPingCentralBasic(t *testing.T) {
	t.Parallel()
	server := newCentral(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "Administrator" || password != "2Federate:é" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.ProtoMajor != 2 {
			t.Errorf("%s, want HTTP/2, which the server offers", r.Proto)
		}
		answer(`{"items":[]}`)(w, r)
	})
	for _, url := range []string{server.URL, server.URL + "/", server.URL + "/api/v1", server.byName() + "/api/v1/"} {
		settings := server.settings()
		settings.URL = url
		if err := applications(t, connectTo(t, settings)); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, r := range server.log() {
		if r.Path != "/api/v1/applications" || r.Header.Get("X-Ping-External-Transaction-Id") != "" {
			t.Errorf("got %+v", r)
		}
	}
}

func TestPingCentralBearer(t *testing.T) {
	t.Parallel()
	server := newCentral(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer a.b.c" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(`{"items":[]}`)(w, r)
	})
	settings := connect.PingCentralSettings{URL: server.URL, Token: "a.b.c", CACertificates: server.certificate}
	if err := applications(t, connectTo(t, settings)); err != nil {
		t.Error(err)
	}
}

func TestPingCentralClientCredentials(t *testing.T) {
	t.Parallel()
	var calls, issued atomic.Int32
	server := newCentral(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer provider-token-"):
			t.Errorf("Authorization is %q", r.Header.Get("Authorization"))
		case calls.Add(1) == 1:
			w.WriteHeader(http.StatusUnauthorized)
		default:
			answer(`{"items":[]}`)(w, r)
		}
	})
	tokens := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if id, secret, _ := r.BasicAuth(); id != "client" || secret != "provider-secret" || r.FormValue("scope") != "read write" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(fmt.Sprintf(`{"access_token":"provider-token-%d","token_type":"bearer","expires_in":"300"}`, issued.Add(1)))(w, r)
	})
	client := connectTo(t, connect.PingCentralSettings{
		URL: server.URL, CACertificates: server.certificate, TokenURL: tokens.URL + "/as/token.oauth2",
		ClientID: "client", ClientSecret: "provider-secret", Scopes: []string{"read", "write"},
	})
	// The 401 stands, and the next call brings a new token.
	if e := typed(t, applications(t, client)); e.Status != 401 || e.SignIn {
		t.Errorf("got %+v", e)
	}
	if n := len(server.log()); n != 1 {
		t.Errorf("%d calls, want 1: a 401 is never tried again", n)
	}
	for range 2 {
		if err := applications(t, client); err != nil {
			t.Error(err)
		}
	}
	if n := len(tokens.log()); n != 2 {
		t.Errorf("%d requests for a token, want 2", n)
	}
}

// Failed log-ins lock the account.
func TestPingCentral401IsNeverTriedAgain(t *testing.T) {
	t.Parallel()
	server := newCentral(t, status(401))
	e := typed(t, applications(t, connectTo(t, server.settings())))
	if e.System != connect.SystemPingCentral || !e.Unauthorized() || e.Temporary() {
		t.Errorf("got %+v", e)
	}
	if n := len(server.log()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// A write is sent once, whatever happens, and the error says whether it may
// have happened.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   http.HandlerFunc
		inDoubt bool
	}{
		"408": {status(408), true}, "500": {status(500), true}, "502": {status(502), true},
		"503": {status(503), true}, "504": {status(504), true},
		"429": {status(429, "Retry-After", "0"), false}, "400": {status(400), false}, "401": {status(401), false},
		"302": {status(302, "Location", "/login"), false},
		"307": {status(307, "Location", "/api/v1/elsewhere"), false},
		"lost connection": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, true},
		"no answer in time": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, true},
	} {
		for _, protocol := range []string{"h2", "http/1.1"} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				t.Parallel()
				server := newCentralOver(t, protocol, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						answer(`[]`)(w, r)
						return
					}
					test.fault(w, r)
				})
				client := connectTo(t, server.settings())
				// A connection that is reused is one that net/http may try again on.
				if err := applications(t, client); err != nil {
					t.Fatal(err)
				}
				ctx := within(t, 500*time.Millisecond)
				_, promoted := connect.JSON[json.RawMessage](client.PromoteApplication(ctx, "a", "e", pingcentral.PromotionRequest{}))
				reverted := connect.Check(client.RevertApplication(ctx, "p", "a"))
				_, updated := connect.JSON[json.RawMessage](client.UpdateApplication(ctx, "a", pingcentral.Application{}))
				if name == "no answer in time" {
					reverted, updated = promoted, promoted // the time is over
				}
				for _, err := range []error{promoted, reverted, updated} {
					if e := typed(t, err); e.InDoubt() != test.inDoubt {
						t.Errorf("InDoubt is %t: %+v", e.InDoubt(), e)
					}
				}
				sent := map[string]int{}
				for _, r := range server.log() {
					sent[r.Method+" "+r.Path]++
				}
				for request, n := range sent {
					if n != 1 {
						t.Errorf("%s was sent %d times", request, n)
					}
				}
			})
		}
	}
}

// The answer to a write breaks off: it was done, and an error must not say otherwise.
func TestBrokenAnswerToAWriteIsInDoubt(t *testing.T) {
	t.Parallel()
	server := newCentral(t, answer(`{"id":`))
	client := connectTo(t, server.settings())
	_, err := connect.JSON[json.RawMessage](client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{}))
	if e := typed(t, err); !e.InDoubt() || e.Status != 200 {
		t.Errorf("got %+v", e)
	}
	if err := connect.Check(client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{})); err != nil {
		t.Errorf("Check reads the body: %v", err)
	}
}

func TestWriteThatWasNotSentIsNotInDoubt(t *testing.T) {
	t.Parallel()
	server := newCentral(t, status(200))
	settings := server.settings()
	untrusting := settings
	untrusting.CACertificates = nil
	_, unverified := connectTo(t, untrusting).RevertApplication(t.Context(), "p", "a")
	client := connectTo(t, settings)
	server.Close()
	_, unreachable := client.RevertApplication(t.Context(), "p", "a")
	tokenless := connect.PingCentralSettings{URL: server.URL, TokenURL: server.URL + "/token", ClientID: "c", ClientSecret: "provider-secret"}
	_, unsigned := connectTo(t, tokenless, connect.WithRetryBudget(0)).RevertApplication(t.Context(), "p", "a")
	for name, err := range map[string]error{"certificate": unverified, "unreachable": unreachable, "no token": unsigned} {
		if e := typed(t, err); e.InDoubt() || e.Sent || e.Status != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	var certificate *tls.CertificateVerificationError
	if !errors.As(unverified, &certificate) || typed(t, unverified).Temporary() {
		t.Errorf("got %v", unverified)
	}
	if n := len(server.log()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := newCentral(t, answer(`[]`))
	other := newCentral(t, answer(`[]`))
	for name, test := range map[string]struct {
		change func(*connect.PingCentralSettings)
		ok     bool
	}{
		"its own":   {func(*connect.PingCentralSettings) {}, true},
		"another's": {func(s *connect.PingCentralSettings) { s.CACertificates = other.certificate }, false},
		"several": {func(s *connect.PingCentralSettings) {
			s.CACertificates = append(other.certificate, server.certificate...)
		}, true},
		"none":            {func(s *connect.PingCentralSettings) { s.CACertificates = nil }, false},
		"none, unchecked": {func(s *connect.PingCentralSettings) { s.CACertificates = nil; s.InsecureSkipVerify = true }, true},
	} {
		settings := server.settings()
		test.change(&settings)
		err := applications(t, connectTo(t, settings))
		if (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What a test accepts of PingCentral says nothing about its OpenID provider.
	settings := connect.PingCentralSettings{URL: server.URL, InsecureSkipVerify: true, TokenURL: other.URL + "/token", ClientID: "c", ClientSecret: "provider-secret"}
	if e := typed(t, applications(t, connectTo(t, settings))); !e.SignIn || len(other.log()) != 0 {
		t.Errorf("the secret went to a provider whose certificate nobody knows: %v", e)
	}
}
