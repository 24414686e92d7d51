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
	hosts   map[string]bool // public ones, lower case, without port or final dot
	origins map[string]bool
	// cluster accepts the names of Services in a Kubernetes cluster, which no DNS
	// outside gives to an attacker. It needs authorization.
	cluster bool
}

func newGuard(publicURL string, hosts, origins []string, authorized bool) (*guard, error) {
	g := &guard{hosts: map[string]bool{}, origins: map[string]bool{}, cluster: authorized}
	if publicURL != "" {
		u, err := url.Parse(publicURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return nil, fmt.Errorf("PINGKIT_PUBLIC_URL is %q: it must be a URL such as https://pingkit.example.com", publicURL)
		}
		g.hosts[canonicalHost(u.Host)] = true
		g.origins[origin.Of(u)] = true
	}
	for _, allowed := range hosts {
		name := canonicalHost(allowed)
		if name == "" || strings.ContainsAny(allowed, "/*@ ") {
			return nil, fmt.Errorf("PINGKIT_ALLOWED_HOSTS has %q: it must be a host name such as pingkit.tools.svc.cluster.local", allowed)
		}
		g.hosts[name] = true
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
			http.Error(w, "the Host header does not name this server; if it is a right name, add it to PINGKIT_ALLOWED_HOSTS", http.StatusForbidden)
		case !g.originAllowed(r):
			http.Error(w, "pages of this origin may not call; PINGKIT_ALLOWED_ORIGINS names those that may", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// canonicalHost is the name in a host:port, in lower case and without the dot at
// the end of a fully qualified name.
func canonicalHost(hostport string) string {
	return strings.TrimSuffix(strings.ToLower(hostOf(hostport)), ".")
}

// hostAllowed accepts the public names, the address at which the request came
// in and, on loopback, the names of loopback.
func (g *guard) hostAllowed(r *http.Request) bool {
	host := canonicalHost(r.Host)
	if host == "" {
		return false
	}
	if g.hosts[host] || g.cluster && (strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local")) {
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
