package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"example.com/pingkit/internal/tools"
)

// sharedCaller is the name of the one caller who has the static token.
const sharedCaller = "static token"

// Middleware lets a request pass to next if its caller may make it, with the
// caller's name and grant in the context (tools.WithCaller, tools.WithGrant) and
// without the token, which so cannot travel on.
func (g *Guard) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := g.identify(r)
		if err != nil {
			g.refuse(w, r, err)
			return
		}
		r = r.Clone(tools.WithCaller(tools.WithGrant(r.Context(), who.scopes), who.name))
		r.Header.Del("Authorization")
		if err := mayCall(w, r, who); err != nil {
			g.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// identify returns whose request it is.
func (g *Guard) identify(r *http.Request) (identity, error) {
	token, err := bearer(r)
	if err != nil {
		return identity{}, err
	}
	if g.verifier == nil {
		// Hashes have one length, and their comparison takes one time.
		sum := sha256.Sum256([]byte(token))
		if g.token == nil || subtle.ConstantTimeCompare(sum[:], g.token[:]) != 1 {
			return identity{}, invalid("the token is not the one that is accepted")
		}
		return identity{name: sharedCaller, scopes: tools.Scopes()}, nil
	}
	who, err := g.verifier.verify(r.Context(), token)
	if err != nil {
		return identity{}, err
	}
	if len(who.scopes) == 0 {
		return identity{}, insufficient(g.scopes)
	}
	return who, nil
}

// bearer returns the token of a request. RFC 6750, 2 lets it come in one way
// only; here that is the header.
func bearer(r *http.Request) (string, error) {
	// ParseQuery goes on after what it cannot read.
	if r.URL.Query().Has("access_token") {
		return "", malformed("a token in the address would end up in logs: send it in the Authorization header, and get a new one")
	}
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", missing()
	}
	if len(values) > 1 {
		return "", malformed("there is more than one Authorization header")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", missing()
	}
	token = strings.TrimLeft(token, " ")
	switch {
	case len(token) > maxToken:
		return "", malformed("the token is too long")
	case !wellFormed(token):
		return "", malformed("the Authorization header holds no bearer token")
	}
	return token, nil
}

// wellFormed reports a token that RFC 6750, 2.1 allows.
func wellFormed(token string) bool {
	body := strings.TrimRight(token, "=")
	return len(token) <= maxToken && body != "" && !strings.ContainsFunc(body, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-._~+/", r))
	})
}

// refuse answers a request that is not let through and notes why, without a word
// of the token.
func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for the answer
	}
	e := refusalOf(err)
	if e.code != "" {
		g.logger.InfoContext(r.Context(), "caller refused", "status", e.status, "reason", e.reason)
	}
	if e.status == http.StatusUnauthorized && e.code == "" {
		e.scopes = g.scopes // no token: ask for all that the server has
	}
	e.write(w, g.metadataURL())
}

// metadataURL is where a refused caller learns where to get a token.
func (g *Guard) metadataURL() string {
	if len(g.metadata) == 0 {
		return ""
	}
	return g.metadata[0].url
}
