package origin_test

import (
	"net/url"
	"testing"

	"example.com/pingkit/internal/origin"
)

func TestOf(t *testing.T) {
	seen := map[string]bool{}
	for _, same := range [][]string{
		{"https://example.com", "HTTPS://EXAMPLE.com:443/x?y#z", "https://user@example.com/"},
		{"http://example.com", "http://example.com:80"},
		{"https://example.com:80"},
		{"http://example.com:443"},
		{"https://example.com:8443"},
		{"https://sub.example.com"},
		{"http://[::1]", "http://[::1]:80/"},
		{"http://127.0.0.1"},
		{"vscode-webview://example.com"},
	} {
		first := of(t, same[0])
		for _, other := range same {
			if got := of(t, other); got != first {
				t.Errorf("%s is %s, want %s", other, got, first)
			}
		}
		if seen[first] {
			t.Errorf("%s is another server's origin, too", first)
		}
		seen[first] = true
	}
}

func of(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return origin.Of(u)
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "kits.localhost": false, "localhost.example.com": false, "localhost.": false, "127.0.0.1.example.com": false,
		"0.0.0.0": false, "::": false, "10.0.0.1": false, "127.1": false,
	} {
		if got := origin.Loopback(host); got != want {
			t.Errorf("Loopback(%q) is %t", host, got)
		}
	}
}
