package httptransport

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"example.com/pingkit/internal/origin"
)

// guard refuses requests that a web page made a browser send: by the Origin
// header, and by the Host header of a name that was pointed at this server's
// address (DNS rebinding). MCP demands the first of every server; mcp-go does
// neither off loopback.
type guard struct {
	publicHost string // lower case, without port; empty if not known
	origins    map[string]bool
}

func newGuard(publicURL string, origins []string) (*guard, error) {
	g := &guard{origins: map[string]bool{}}
	if publicURL != "" {
		u, err := url.Parse(publicURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return nil, fmt.Errorf("PINGKIT_PUBLIC_URL is %q: it must be a URL such as https://pingkit.example.com", publicURL)
		}
		g.publicHost = strings.ToLower(u.Hostname())
		g.origins[origin.Of(u)] = true
	}
	for _, allowed := range origins {
		u, err := url.Parse(allowed)
		if err != nil || u.Scheme == "" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return nil, fmt.Errorf("PINGKIT_ALLOWED_ORIGINS has %q: an origin is a scheme and a host, such as https://chat.example.com", allowed)
		}
		g.origins[origin.Of(u)] = true
	}
	return g, nil
}

// check lets through what passes both tests, whatever the method.
func (g *guard) check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !g.hostAllowed(r):
			http.Error(w, "the Host header does not name this server; if it is the right name, set PINGKIT_PUBLIC_URL to it", http.StatusForbidden)
		case !g.originAllowed(r):
			http.Error(w, "pages of this origin may not call; PINGKIT_ALLOWED_ORIGINS names those that may", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostAllowed accepts the public name, the address at which the request came
// in and, on loopback, the names of loopback.
func (g *guard) hostAllowed(r *http.Request) bool {
	host := strings.ToLower(hostOf(r.Host))
	if host == "" {
		return false
	}
	if host == g.publicHost {
		return true
	}
	local := localAddress(r)
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost" && local.IsLoopback()
	}
	return address.Unmap() == local || address.IsLoopback() && local.IsLoopback()
}

// originAllowed accepts requests that no browser marked, the server's own pages
// and the origins of the settings.
func (g *guard) originAllowed(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return true
	}
	u, err := url.Parse(values[0])
	if len(values) > 1 || err != nil || u.Host == "" {
		return false
	}
	// The Host header was found good before.
	from := origin.Of(u)
	return g.origins[from] || from == origin.Of(&url.URL{Scheme: "http", Host: r.Host})
}

// localAddress is the address at which the request came in.
func localAddress(r *http.Request) netip.Addr {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return local.AddrPort().Addr().Unmap()
}
