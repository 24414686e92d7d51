package selfsigned

import (
	"crypto/x509"
	"testing"
	"time"
)

func TestCertificate(t *testing.T) {
	now := time.Now()
	certificate, authority, err := Certificate(now.Add(-time.Hour), now.Add(time.Hour), "central.test", "192.0.2.1", "::1")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		t.Fatalf("not a certificate in PEM: %s", authority)
	}
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		host string
		at   time.Time
		good bool
	}{
		{"central.test", now, true},
		{"192.0.2.1", now, true},
		{"::1", now, true},
		{"other.test", now, false},
		{"192.0.2.2", now, false},
		{"central.test", now.Add(-2 * time.Hour), false},
		{"central.test", now.Add(2 * time.Hour), false},
	} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: test.host, Roots: roots, CurrentTime: test.at})
		if (err == nil) != test.good {
			t.Errorf("for %s at %v it is good: %v, want %v (%v)", test.host, test.at, err == nil, test.good, err)
		}
	}
}
