package auth

import (
	"net/http"
	"net/url"

	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// Register serves the protected resource metadata (RFC 9728) for the endpoint,
// which a refused caller is pointed to, and for the host, where clients look that
// do not know the endpoint's. There is none without an issuer.
func (g *Guard) Register(mux *http.ServeMux) {
	for _, d := range g.metadata {
		mux.Handle(d.path, d.handler)
	}
}

// documents returns the metadata of the endpoint first, then of the server.
// RFC 9728, 3.3 wants resource to be the address that the client asked for.
func documents(base, endpoint, issuer string) []document {
	var list []document
	served := map[string]bool{}
	add := func(path, resource string) {
		if served[path] {
			return
		}
		served[path] = true
		list = append(list, document{path: path, url: absolute(base, path), handler: metadata(resource, issuer)})
	}
	add(server.ProtectedResourceMetadataPath(base+endpoint), base+endpoint)
	add(server.ProtectedResourceMetadataPath(base), base)
	// Behind a proxy that cuts a path off, these are what arrives.
	add(server.WellKnownProtectedResourcePath+endpoint, base+endpoint)
	add(server.WellKnownProtectedResourcePath, base)
	return list
}

func metadata(resource, issuer string) http.Handler {
	scopes := make([]string, 0, len(tools.Scopes()))
	for _, s := range tools.Scopes() {
		scopes = append(scopes, string(s))
	}
	return server.NewProtectedResourceMetadataHandler(server.ProtectedResourceMetadataConfig{
		Resource:               resource,
		AuthorizationServers:   []string{issuer},
		ScopesSupported:        scopes,
		BearerMethodsSupported: []string{"header"},
		ResourceName:           "pingkit",
	})
}

// absolute puts a path on the host of base.
func absolute(base, path string) string {
	u, err := url.Parse(base)
	if err != nil {
		return path
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}).String()
}
