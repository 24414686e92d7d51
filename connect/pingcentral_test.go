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

	"example.com/pingkit/connect"
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

// "Og==" is a colon in base64: what a log-in without user and password would
// send, and how any text may end.
func TestNoLogInIsNoSecret(t *testing.T) {
	t.Parallel()
	server := newCentral(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"message":"no application dGVzdDpOg=="}`)
	})
	for name, settings := range map[string]connect.PingCentralSettings{
		"a password": {Username: "Administrator", Password: "2Federate"},
		"a token":    {Token: "a.b.c"},
	} {
		settings.URL, settings.CACertificates = server.URL, server.certificate
		if e := typed(t, applications(t, connectTo(t, settings))); !strings.Contains(e.Message, "dGVzdDpOg==") {
			t.Errorf("with %s: %q", name, e.Message)
		}
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
