package auth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// Register serves the protected resource metadata (RFC 9728) for the endpoint,
// which a refused caller is pointed to, and for the host, where clients look that
// do not know the endpoint's. There is none without an issuer.
func (g *Guard) Register(mux *http.ServeMux) {
	for _, d := range g.metadata {
		mux.Handle(d.path, d.handler)
		if !strings.HasSuffix(d.path, "/") {
			mux.Handle(d.path+"/{$}", d.handler)
		}
	}
	if g.token != nil {
		mux.HandleFunc("POST /register", refuseRegistration)
	}
}

// refuseRegistration tells a client that looks for OAuth how callers of this
// server sign in; clients show the description.
func refuseRegistration(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	// An error means that the client has gone.
	_, _ = w.Write([]byte(`{"error":"access_denied","error_description":"this server registers no clients: configure the client with the header Authorization: Bearer TOKEN, and ask the operator of the server for the token"}`))
}

// documents returns the metadata of the endpoint first, then of the server.
// RFC 9728, 3.3 wants resource to be the address that the client asked for.
func documents(base, endpoint, issuer string, scopes []tools.Scope) []document {
	var list []document
	served := map[string]bool{}
	add := func(path, resource string) {
		if served[path] {
			return
		}
		served[path] = true
		list = append(list, document{path: path, url: absolute(base, path), handler: metadata(resource, issuer, scopes)})
	}
	add(server.ProtectedResourceMetadataPath(base+endpoint), base+endpoint)
	add(server.ProtectedResourceMetadataPath(base), base)
	// Behind a proxy that cuts a path off, these are what arrives.
	add(server.WellKnownProtectedResourcePath+endpoint, base+endpoint)
	add(server.WellKnownProtectedResourcePath, base)
	return list
}

func metadata(resource, issuer string, scopes []tools.Scope) http.Handler {
	names := make([]string, 0, len(scopes))
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return server.NewProtectedResourceMetadataHandler(server.ProtectedResourceMetadataConfig{
		Resource:               resource,
		AuthorizationServers:   []string{issuer},
		ScopesSupported:        names,
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
