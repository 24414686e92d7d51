// Package auth says who calls over HTTP and what they may do: with access tokens
// of an OpenID provider (RFC 6750, RFC 9068, RFC 9728 and the authorization part
// of MCP), or with one token that the server and its only caller share.
package auth

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/origin"
	"example.com/pingkit/internal/tools"
)

// Settings say whose calls are accepted: with an Issuer or a Token, or nobody's.
type Settings struct {
	PublicURL string       // the server's own URL as callers see it, without a slash at its end
	Endpoint  string       // the path of the MCP endpoint below it
	Issuer    string       // the OpenID provider whose tokens are accepted
	Audience  string       // that a token must be for; default: PublicURL
	Token     string       // the one token that is accepted instead
	Logger    *slog.Logger // default: silence
	UserAgent string       // names the program to the issuer
	// CACertificates, in PEM, are trusted besides the system's when the issuer is asked.
	CACertificates []byte
	// ReadOnly leaves apps:write out of the scopes that callers are told to ask for.
	ReadOnly bool
	Now      func() time.Time
}

// Guard checks the callers of an HTTP server. Make one with [New]; it is safe for
// concurrent use.
type Guard struct {
	logger   *slog.Logger
	token    *[sha256.Size]byte // of the static token; nil: none
	verifier *verifier          // nil: no issuer
	metadata []document
	scopes   []tools.Scope // that callers are told to ask for
}

// New checks the settings and returns a guard. It opens no connection: the issuer
// is asked when the first token comes. The error is a *[config.Error].
func New(s Settings) (*Guard, error) {
	g := &Guard{logger: s.Logger, scopes: tools.Scopes()}
	if s.ReadOnly {
		g.scopes = slices.DeleteFunc(g.scopes, func(scope tools.Scope) bool { return scope == tools.AppsWrite })
	}
	if g.logger == nil {
		g.logger = slog.New(slog.DiscardHandler)
	}
	var problems []string
	if s.Issuer == "" && s.Audience != "" {
		problems = append(problems, "PINGKIT_AUTH_AUDIENCE is set without PINGKIT_AUTH_ISSUER")
	}
	if s.Issuer != "" && s.Token != "" {
		problems = append(problems, "PINGKIT_AUTH_ISSUER and PINGKIT_AUTH_TOKEN_FILE are both set: keep one")
	}
	if s.Token != "" {
		sum := sha256.Sum256([]byte(s.Token))
		g.token = &sum
		if !wellFormed(s.Token) {
			problems = append(problems, "PINGKIT_AUTH_TOKEN_FILE: the token has characters that a header cannot carry, or more than "+
				fmt.Sprint(maxToken)+" of them; `openssl rand -hex 32` makes one")
		}
	}
	if s.Issuer != "" {
		problems = append(problems, g.trust(s)...)
	}
	if len(problems) > 0 {
		return nil, &config.Error{Subject: "callers over HTTP cannot be checked", Problems: problems}
	}
	return g, nil
}

// trust sets the guard up for tokens of the issuer and returns what is wrong with
// the settings.
func (g *Guard) trust(s Settings) (problems []string) {
	if problem := insecure(s.Issuer); problem != "" {
		problems = append(problems, "PINGKIT_AUTH_ISSUER "+problem)
	}
	if s.PublicURL == "" {
		return append(problems, "PINGKIT_PUBLIC_URL is missing: with PINGKIT_AUTH_ISSUER, callers must learn from it where to get a token, "+
			"and it is the audience of their tokens unless PINGKIT_AUTH_AUDIENCE is set")
	}
	if problem := insecure(s.PublicURL); problem != "" {
		return append(problems, "PINGKIT_PUBLIC_URL "+problem)
	}
	if len(problems) > 0 {
		return problems
	}
	// A client names the resource with or without the endpoint's path, and the
	// URL of a host alone with or without a slash: all are this server.
	audiences := []string{s.PublicURL, s.PublicURL + "/", s.PublicURL + s.Endpoint}
	if s.Audience != "" {
		audiences = []string{s.Audience}
	}
	now := s.Now
	if now == nil {
		now = time.Now
	}
	// A failure is answered at once, with the time to come back: no retries.
	options := []connect.Option{connect.WithLogger(g.logger), connect.WithRetryBudget(0)}
	if s.UserAgent != "" {
		options = append(options, connect.WithUserAgent(s.UserAgent))
	}
	client, err := connect.NewTrustingClient(s.CACertificates, options...)
	if err != nil {
		return []string{"PINGKIT_CA_FILE " + err.Error()}
	}
	g.verifier = &verifier{
		issuer: s.Issuer, audiences: audiences, now: now,
		keys: &keySet{issuer: s.Issuer, client: client, now: now, logger: g.logger},
	}
	g.metadata = documents(s.PublicURL, s.Endpoint, s.Issuer, g.scopes)
	return nil
}

// Configured reports whether there is anything to check callers by. A guard
// without lets nobody pass; a server that only its own machine can reach may do
// without a guard.
func (g *Guard) Configured() bool { return g.token != nil || g.verifier != nil }

// insecure says what keeps an address from being trusted for keys or tokens, or
// nothing.
func insecure(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "is not a URL such as https://host/path"
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "holds a user, a query or a fragment"
	case u.Scheme == "http" && !origin.Loopback(u.Hostname()):
		return "is http, which anyone on the way can read and change; use https"
	}
	return ""
}

// document is one form of the metadata and where it is served.
type document struct {
	path, url string
	handler   http.Handler
}
