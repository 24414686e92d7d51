package auth

import "testing"

// TestAddressOfKeys: the metadata of an issuer may name no address of keys that
// somebody else could answer for, a program on this machine included.
func TestAddressOfKeys(t *testing.T) {
	for name, test := range map[string]struct {
		issuer, keys string
		fetched      bool
	}{
		"https":                        {"https://issuer.example.com", "https://keys.example.com/jwks", true},
		"http on this machine":         {"http://127.0.0.1:8080", "http://127.0.0.1:8080/jwks", true},
		"https beside http":            {"http://127.0.0.1:8080", "https://keys.example.com/jwks", true},
		"http over a network":          {"https://issuer.example.com", "http://keys.example.com/jwks", false},
		"https to this machine's http": {"https://issuer.example.com", "http://127.0.0.1/jwks", false},
		"no address":                   {"https://issuer.example.com", "jwks", false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := (&keySet{issuer: test.issuer}).mayFetch(test.keys); (err == nil) != test.fetched {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
