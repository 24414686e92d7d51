package httptransport

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestNamesOfThisMachineHoldOnLoopbackAlone: over a network, a page that was
// made for localhost, or whose name was pointed at a loopback address, has
// nothing to say here.
func TestNamesOfThisMachineHoldOnLoopbackAlone(t *testing.T) {
	g, err := newGuard("https://pingkit.example.com", nil, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		local, host string
		allowed     bool
	}{
		"localhost on loopback":             {"127.0.0.1", "localhost:8080", true},
		"a loopback address on loopback":    {"127.0.0.1", "127.0.0.2:8080", true},
		"the other loopback on loopback":    {"127.0.0.1", "[::1]:8080", true},
		"localhost over a network":          {"192.0.2.1", "localhost:8080", false},
		"a loopback address over a network": {"192.0.2.1", "127.0.0.1:8080", false},
		"the other loopback over a network": {"192.0.2.1", "[::1]:8080", false},
		"localhost at an unspecified one":   {"0.0.0.0", "localhost:8080", false},
		"the address itself over a network": {"192.0.2.1", "192.0.2.1:8080", true},
		"another address over a network":    {"192.0.2.1", "192.0.2.2:8080", false},
		"the public name over a network":    {"192.0.2.1", "pingkit.example.com", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.Host = test.host
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(test.local), Port: 8080}))
			if got := g.hostAllowed(r); got != test.allowed {
				t.Errorf("allowed: %t", got)
			}
		})
	}
}
