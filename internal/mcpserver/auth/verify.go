package auth

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"example.com/pingkit/internal/tools"
)

const (
	// leeway is how far the clocks of issuer and server may be apart.
	leeway = 30 * time.Second
	// maxToken bounds a token, in bytes.
	maxToken = 8 << 10
	// maxSubject is what OpenID Connect allows for sub, in bytes.
	maxSubject = 255
)

// algorithms are the signatures that are accepted: those whose key the issuer
// alone has. Neither "none" nor HMAC, whose key would be one that all know.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512,
	jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512,
	jose.EdDSA,
}

// The types of a token that can be an access token (RFC 9068, 2.1). Many issuers
// give none or JWT; any other is a token made for another purpose (RFC 8725, 3.11).
var tokenTypes = []string{"", "jwt", "at+jwt", "application/at+jwt"}

// verifier checks access tokens of one issuer.
type verifier struct {
	issuer    string
	audiences []string
	now       func() time.Time
	keys      *keySet
}

// identity is a caller and what was granted.
type identity struct {
	name   string
	scopes []tools.Scope
}

// claims are what is read of a token. Nothing else decides anything.
type claims struct {
	jwt.Claims
	ClientID string `json:"client_id"`
	Scope    words  `json:"scope"`
	SCP      words  `json:"scp"`
}

// words are a list or a text with spaces between: issuers write scopes both ways.
type words []string

// UnmarshalJSON reads both forms.
func (w *words) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err == nil {
		*w = strings.Fields(text)
		return nil
	}
	return json.Unmarshal(b, (*[]string)(w))
}

// verify returns whose token it is. Its error is a *refusal, or that of ctx. No
// text of an error holds anything of the token.
func (v *verifier) verify(ctx context.Context, raw string) (identity, error) {
	token, err := jwt.ParseSigned(raw, algorithms)
	if err != nil || len(token.Headers) != 1 {
		return identity{}, invalid("the token is not a JWT that is signed in an accepted way")
	}
	kind, _ := token.Headers[0].ExtraHeaders[jose.HeaderType].(string)
	if !slices.Contains(tokenTypes, strings.ToLower(kind)) {
		return identity{}, invalid("the token is not an access token")
	}
	c, err := v.signed(ctx, token)
	if err != nil {
		return identity{}, err
	}
	return v.accept(c)
}

// signed returns the claims if the issuer signed them. A signature by no known
// key may be by a new one: the issuer is asked for its keys then.
func (v *verifier) signed(ctx context.Context, token *jwt.JSONWebToken) (claims, error) {
	for _, get := range []func(context.Context) ([]jose.JSONWebKey, error){v.keys.current, v.keys.renewed} {
		keys, err := get(ctx)
		if e, ok := errors.AsType[*unavailableError](err); ok {
			return claims{}, unavailable(e.retryAfter)
		}
		if err != nil {
			return claims{}, err
		}
		for _, key := range keys {
			if id := token.Headers[0].KeyID; id != "" && key.KeyID != "" && key.KeyID != id {
				continue
			}
			if key.Algorithm != "" && key.Algorithm != token.Headers[0].Algorithm {
				continue
			}
			var c claims
			err := token.Claims(key.Key, &c)
			if err == nil {
				return c, nil
			}
			if !errors.Is(err, jose.ErrCryptoFailure) {
				return claims{}, invalid("the token's claims cannot be read")
			}
		}
	}
	return claims{}, invalid("the token is not signed with a key of the issuer")
}

// accept checks what the issuer says of a token.
func (v *verifier) accept(c claims) (identity, error) {
	if c.Expiry == nil {
		return identity{}, invalid("the token does not say when it expires")
	}
	err := c.ValidateWithLeeway(jwt.Expected{Issuer: v.issuer, AnyAudience: v.audiences, Time: v.now()}, leeway)
	switch {
	case errors.Is(err, jwt.ErrInvalidIssuer):
		return identity{}, invalid("the token is of another issuer")
	case errors.Is(err, jwt.ErrInvalidAudience):
		return identity{}, invalid("the token is for another audience")
	case errors.Is(err, jwt.ErrExpired):
		return identity{}, invalid("the token has expired")
	case err != nil:
		return identity{}, invalid("the token is not valid yet")
	}
	name, err := v.name(c)
	if err != nil {
		return identity{}, err
	}
	return identity{name: name, scopes: granted(c)}, nil
}

// name is the caller's, unique among all tokens of the issuer. A program that
// calls on its own behalf need not have a subject.
func (v *verifier) name(c claims) (string, error) {
	kind, id := "sub", c.Subject
	if id == "" {
		kind, id = "client_id", c.ClientID
	}
	if id == "" || len(id) > maxSubject {
		return "", invalid("the token does not say, in sub or client_id, whose it is")
	}
	return v.issuer + " " + kind + "=" + id, nil
}

// granted returns the scopes of a token that mean something here.
func granted(c claims) []tools.Scope {
	given := c.Scope
	if len(given) == 0 {
		given = c.SCP
	}
	var scopes []tools.Scope
	for _, s := range tools.Scopes() {
		if slices.Contains(given, string(s)) {
			scopes = append(scopes, s)
		}
	}
	return scopes
}
