// Package nettest gives tests addresses of this machine: one that nobody listens
// on, and one of a server whose certificate is as the test wants it. Only tests
// import it.
package nettest

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox/selfsigned"
)

// FreeAddress returns a host and port on which no process listens, for a server of the test. Another test may take them first.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// RefusingAddress returns a host and port that refuses connections until the test ends: the client's end of a connection, on which no
// other process can listen.
func RefusingAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

// SecureServer serves over TLS until the test ends, with a certificate of its own
// for hosts, valid from one time to another. It returns its host and port, and
// the certificate in PEM.
func SecureServer(t testing.TB, handler http.Handler, from, to time.Time, hosts ...string) (address string, certificate []byte) {
	t.Helper()
	pair, certificate, err := selfsigned.Certificate(from, to, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // failed handshakes are part of the tests
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), certificate
}
