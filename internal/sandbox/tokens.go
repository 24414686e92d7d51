package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// tokenStore knows the tokens that were issued, and to what they admit.
type tokenStore struct {
	mu     sync.Mutex
	issued map[string]grant
	count  int
}

type grant struct {
	system  System // PingOneAPI or PingCentral
	expires time.Time
}

// issueToken makes a token for a system. Tokens have three parts, as signed ones have, and cannot be guessed.
func (s *Sandbox) issueToken(system System) string {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	s.tokens.count++
	name := fmt.Sprintf("sandbox-%s-token.%06d", system, s.tokens.count)
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(name))
	token := name + "." + hex.EncodeToString(mac.Sum(nil))

	now := s.now()
	if s.tokens.issued == nil {
		s.tokens.issued = map[string]grant{}
	}
	for old, g := range s.tokens.issued {
		if !now.Before(g.expires) {
			delete(s.tokens.issued, old)
		}
	}
	s.tokens.issued[token] = grant{system: system, expires: now.Add(s.opts.TokenLifetime)}
	return token
}

// bearer is the token in the request's Authorization header.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// tokenGood says whether the request carries a valid token for the system.
func (s *Sandbox) tokenGood(r *http.Request, system System) bool {
	token, ok := bearer(r)
	if !ok {
		return false
	}
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	g, known := s.tokens.issued[token]
	return known && g.system == system && s.now().Before(g.expires)
}

// RevokeTokens makes all tokens issued so far worthless, those of PingOne and those of PingCentral.
func (s *Sandbox) RevokeTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	clear(s.tokens.issued)
}

// RevokeTokensOf makes the tokens of one system worthless.
func (s *Sandbox) RevokeTokensOf(system System) {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	maps.DeleteFunc(s.tokens.issued, func(_ string, g grant) bool { return g.system == system })
}

// PingCentralToken issues a token that PingCentral accepts, as if its OpenID provider had.
func (s *Sandbox) PingCentralToken() string { return s.issueToken(PingCentral) }
