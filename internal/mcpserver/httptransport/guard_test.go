package httptransport

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/tools"
)

// TestOriginAndHost sends what browsers of evil pages send, by every method.
func TestOriginAndHost(t *testing.T) {
	b := start(t, Options{PublicURL: "https://pingkit.example.com:443", AllowedOrigins: []string{"https://chat.example.com"}})
	address := strings.TrimSuffix(strings.TrimPrefix(b.url, "http://"), Endpoint)
	_, port, _ := strings.Cut(address, ":")
	for _, test := range []struct {
		name, host, origin string
		refused            bool
	}{
		{"no browser", address, "", false},
		{"localhost", "localhost:" + port, "", false},
		{"localhost without a port", "localhost", "", false},
		{"another loopback address", "127.0.0.9:" + port, "", false},
		{"the loopback address of IPv6", "[::1]:" + port, "", false},
		{"the public name", "pingkit.example.com", "", false},
		{"the public name in capitals", "PINGKIT.example.com:443", "", false},
		{"evil host", "evil.example.com", "", true},
		{"evil host that begins like the public name", "pingkit.example.com.evil.example", "", true},
		{"another machine's address", "192.0.2.7:" + port, "", true},
		{"a name that looks like loopback", "127.0.0.1.evil.example", "", true},
		{"a page of this server", address, "http://" + address, false},
		{"a page at the public name", "pingkit.example.com", "https://pingkit.example.com", false},
		{"an allowed page", address, "https://chat.example.com", false},
		{"an allowed page that spells its port out", address, "https://chat.example.com:443", false},
		{"an allowed page at another port", address, "https://chat.example.com:8443", true},
		{"an allowed page without TLS", address, "http://chat.example.com", true},
		{"evil page", address, "https://evil.example.com", true},
		{"evil page at the public name", "pingkit.example.com", "https://evil.example.com", true},
		{"evil page at its own name", "evil.example.com", "http://evil.example.com", true},
		{"another port of this machine", address, "http://127.0.0.1:1", true},
		{"a page without an origin", address, "null", true},
		{"no origin at all", address, "://", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, method := range []string{"POST", "GET", "DELETE", "OPTIONS", "HEAD", "PUT"} {
				r, err := http.NewRequestWithContext(t.Context(), method, b.url, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Host = test.host
				if test.origin != "" {
					r.Header.Set("Origin", test.origin)
				}
				response, err := b.client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				b.drain(response)
				if refused := response.StatusCode == http.StatusForbidden; refused != test.refused {
					t.Errorf("%s: %s, want refused: %t", method, response.Status, test.refused)
				}
				if test.refused && response.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s: the page may read the answer", method)
				}
			}
		})
	}
}

func TestTwoOriginsAreRefused(t *testing.T) {
	b := start(t, Options{AllowedOrigins: []string{"https://chat.example.com"}})
	r := (&caller{bench: b, era: modern}).callRequest(t.Context(), "whoami")
	r.Header["Origin"] = []string{"https://chat.example.com", "https://evil.example.com"}
	response, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if b.drain(response); response.StatusCode != http.StatusForbidden {
		t.Error(response.Status)
	}
}

// TestAllowedPageAsksFirst is the question of a browser, which has no
// credentials yet.
func TestAllowedPageAsksFirst(t *testing.T) {
	b := start(t, Options{Authorize: byHeader, AllowedOrigins: []string{"https://chat.example.com"}})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, b.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://chat.example.com")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "authorization, content-type, mcp-session-id")
	response, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	b.drain(response)
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Origin") != "https://chat.example.com" {
		t.Errorf("%s with %v", response.Status, response.Header)
	}
	allowed := strings.ToLower(response.Header.Get("Access-Control-Allow-Headers"))
	for _, header := range []string{"authorization", "content-type", "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name"} {
		if !strings.Contains(allowed, header) {
			t.Errorf("%s may not be sent", header)
		}
	}
}

func TestMethodsThatAreNotOffered(t *testing.T) {
	b := start(t, Options{})
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "OPTIONS"} {
		r, err := http.NewRequestWithContext(t.Context(), method, b.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := b.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		b.drain(response)
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST, DELETE" {
			t.Errorf("%s: %s, allowed are %q", method, response.Status, response.Header.Get("Allow"))
		}
	}
}

func TestSettingsThatCannotBeUsed(t *testing.T) {
	for _, o := range []Options{
		{PublicURL: "pingkit.example.com"},
		{PublicURL: "ftp://pingkit.example.com"},
		{AllowedOrigins: []string{"chat.example.com"}},
		{AllowedOrigins: []string{"https://chat.example.com/page"}},
		{AllowedOrigins: []string{"*"}},
	} {
		o.Logger = slog.New(slog.DiscardHandler)
		s, err := New(mcpserver.New(&tools.Deps{}, mcpserver.Options{Logger: o.Logger}).MCPServer, o)
		if err == nil {
			t.Errorf("%q and %q were accepted", o.PublicURL, o.AllowedOrigins)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		} else if !strings.Contains(err.Error(), "PINGKIT_") {
			t.Errorf("%v names no setting", err)
		}
	}
}

// TestOffLoopbackNeedsAuthorization opens real addresses.
func TestOffLoopbackNeedsAuthorization(t *testing.T) {
	for _, test := range []struct {
		addr       string
		authorized bool
		opens      bool
	}{
		{"127.0.0.1:0", false, true},
		{"localhost:0", false, true},
		{"0.0.0.0:0", false, false},
		{":0", false, false},
		{"0.0.0.0:0", true, true},
	} {
		listener, err := Listen(t.Context(), test.addr, test.authorized)
		if (err == nil) != test.opens {
			t.Errorf("%s, authorized %t: %v", test.addr, test.authorized, err)
		}
		if err != nil {
			if !strings.Contains(err.Error(), "PINGKIT_AUTH_ISSUER") || !strings.Contains(err.Error(), "PINGKIT_AUTH_TOKEN_FILE") {
				t.Errorf("%v does not say what to set", err)
			}
			continue
		}
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}
}
