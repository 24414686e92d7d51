package auth_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pingkit/internal/mcpserver/auth"
)

// TestTokens has tokens that are good and tokens that somebody forged, stole or
// kept too long. None of what they say may be in the log.
func TestTokens(t *testing.T) {
	first, second, stranger := rsaKey("first", 0), ecKey(t, "second"), rsaKey("first", 1)
	p, other := newProvider(t, first, second), newProvider(t, stranger)
	c := newClock()
	d := trusting(t, p, c)
	now := c.Now()
	with := func(changes map[string]any) string { return p.token(t, first, now, changes) }
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	good := map[string]any{
		"iss": p.URL, "aud": publicURL, "sub": subject, "scope": all, "exp": at(time.Minute),
	}
	header := func(h map[jose.HeaderKey]any) string { return sign(t, first.key, first.alg, good, h) }
	public, err := x509.MarshalPKIXPublicKey(first.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	publicJWK, err := json.Marshal(jose.JSONWebKey{Key: first.key.Public(), KeyID: first.id, Algorithm: "RS256", Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	name := p.URL + " sub=" + subject

	for _, test := range []struct {
		name, token string
		caller      string // empty: refused
		reason      string
	}{
		{"good", with(nil), name, ""},
		{"good, by the other key", p.token(t, second, now, nil), name, ""},
		{"good, without a key id", header(nil), name, ""},
		{"good, of the type for access tokens", header(map[jose.HeaderKey]any{"typ": "at+jwt", "kid": "first"}), name, ""},
		{"good, with more than one audience", with(map[string]any{"aud": []string{"x", publicURL}}), name, ""},
		{"good, for the endpoint", with(map[string]any{"aud": publicURL + "/mcp"}), name, ""},
		{"good, for the host with a slash", with(map[string]any{"aud": publicURL + "/"}), name, ""},
		{"good, of a program", with(map[string]any{"sub": nil, "client_id": "ci"}), p.URL + " client_id=ci", ""},
		{"good, by a clock that is a little fast", with(map[string]any{"nbf": at(20 * time.Second), "iat": at(20 * time.Second)}), name, ""},
		{"good, expired a moment ago", with(map[string]any{"exp": at(-20 * time.Second)}), name, ""},

		{"signed in another way than the key is for", sign(t, first.key, jose.PS256, good, nil), "", "not signed with a key"},
		{"wrong audience", with(map[string]any{"aud": "https://other.example.com"}), "", "another audience"},
		{"audience that begins alike", with(map[string]any{"aud": publicURL + ".evil.example"}), "", "another audience"},
		{"no audience", with(map[string]any{"aud": nil}), "", "another audience"},
		{"expired", with(map[string]any{"exp": at(-time.Minute)}), "", "has expired"},
		{"without an end", with(map[string]any{"exp": nil}), "", "when it expires"},
		{"not yet valid", with(map[string]any{"nbf": at(time.Minute)}), "", "not valid yet"},
		{"issued in the future", with(map[string]any{"iat": at(time.Hour)}), "", "not valid yet"},
		{"another issuer's name", with(map[string]any{"iss": other.URL}), "", "another issuer"},
		{"the issuer's name with a slash", with(map[string]any{"iss": p.URL + "/"}), "", "another issuer"},
		{"another issuer's token", other.token(t, stranger, now, nil), "", "not signed with a key"},
		{"another issuer's key under a known id", p.token(t, stranger, now, nil), "", "not signed with a key"},
		{"unknown key id", p.token(t, key{"nobody", first.alg, first.key}, now, nil), "", "not signed with a key"},
		{"nobody's", with(map[string]any{"sub": nil}), "", "whose it is"},
		{"a subject that never ends", with(map[string]any{"sub": strings.Repeat("a", 256)}), "", "whose it is"},
		{"claims of the wrong kind", with(map[string]any{"exp": "soon"}), "", "claims cannot be read"},
		{"for logging out", header(map[jose.HeaderKey]any{"typ": "logout+jwt", "kid": "first"}), "", "not an access token"},
		{"with rules we do not know", header(map[jose.HeaderKey]any{"crit": []string{"exp"}, "kid": "first"}), "", "cannot be read"},

		{"alg none", unsigned(t, "none", good), "", "accepted way"},
		{"alg None", unsigned(t, "None", good), "", "accepted way"},
		{"no alg", unsigned(t, "", good), "", "accepted way"},
		{"HMAC with the public key in PEM", sign(t, publicPEM, jose.HS256, good, map[jose.HeaderKey]any{"kid": "first"}), "", "accepted way"},
		{"HMAC with the public key in DER", sign(t, public, jose.HS256, good, map[jose.HeaderKey]any{"kid": "first"}), "", "accepted way"},
		{"HMAC with the published key", sign(t, publicJWK, jose.HS256, good, map[jose.HeaderKey]any{"kid": "first"}), "", "accepted way"},
		{"brings its own key", sign(t, stranger.key, stranger.alg, good, map[jose.HeaderKey]any{
			"jwk": jose.JSONWebKey{Key: stranger.key.Public(), KeyID: "own", Algorithm: "RS256"}, "kid": "own",
		}), "", "not signed with a key"},
		{"says where its key is", sign(t, stranger.key, stranger.alg, good, map[jose.HeaderKey]any{
			"jku": other.URL + "/keys", "x5u": other.URL + "/keys", "kid": "first",
		}), "", "not signed with a key"},
		{"signature cut off", strings.TrimRight(with(nil)[:strings.LastIndex(with(nil), ".")], ".") + ".", "", "not signed with a key"},
		{"claims swapped", swapped(t, with(nil), with(map[string]any{"sub": "admin"})), "", "not signed with a key"},
		{"not a token", "abcdef", "", "accepted way"},
		{"three dots", "a.b.c", "", "accepted way"},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp := d.come(t, "Bearer "+test.token)
			if test.caller != "" {
				want(t, resp, http.StatusOK, "")
				if got := resp.Header.Get("X-Caller"); got != test.caller {
					t.Errorf("the caller is %q, want %q", got, test.caller)
				}
				return
			}
			want(t, resp, http.StatusUnauthorized, test.reason)
			want(t, resp, http.StatusUnauthorized, `Bearer error="invalid_token", `)
			want(t, resp, http.StatusUnauthorized, `resource_metadata="`+metadata+`"`)
			if resp.Header.Get("X-Caller") != "" {
				t.Error("the caller came in")
			}
		})
	}
	for _, secret := range []string{subject, "admin", "other.example.com", "evil", other.URL, "eyJ"} {
		if strings.Contains(d.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, d.log)
		}
	}
}

// unsigned is a token that claims to need no signature.
func unsigned(t *testing.T, alg string, claims any) string {
	t.Helper()
	head, err := json.Marshal(map[string]string{"alg": alg, "typ": "JWT", "kid": "first"})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
}

// swapped is the token signed with the claims of another.
func swapped(t *testing.T, signed, claims string) string {
	t.Helper()
	a, b := strings.Split(signed, "."), strings.Split(claims, ".")
	if len(a) != 3 || len(b) != 3 {
		t.Fatal("these are no tokens")
	}
	return a[0] + "." + b[1] + "." + a[2]
}

// TestAudienceOfItsOwn sets an audience that is not the server's address, which
// then is none.
func TestAudienceOfItsOwn(t *testing.T) {
	k, c := rsaKey("k", 0), newClock()
	p := newProvider(t, k)
	d := newDoor(t, auth.Settings{PublicURL: publicURL, Issuer: p.URL, Audience: "pingkit", Now: c.Now})
	want(t, d.come(t, "Bearer "+p.token(t, k, c.Now(), map[string]any{"aud": "pingkit"})), http.StatusOK, "")
	want(t, d.come(t, "Bearer "+p.token(t, k, c.Now(), nil)), http.StatusUnauthorized, "another audience")
}

func TestScopesInAnyForm(t *testing.T) {
	k, c := rsaKey("k", 0), newClock()
	p := newProvider(t, k)
	d := trusting(t, p, c)
	for name, test := range map[string]struct {
		claims map[string]any
		want   string
	}{
		"text":               {map[string]any{"scope": "openid apps:read  kits:read"}, "kits:read apps:read"},
		"list":               {map[string]any{"scope": []string{"apps:write"}}, "apps:write"},
		"scp list":           {map[string]any{"scope": nil, "scp": []string{"apps:read", "x"}}, "apps:read"},
		"scp text":           {map[string]any{"scope": nil, "scp": "kits:read"}, "kits:read"},
		"nothing of ours":    {map[string]any{"scope": "openid profile"}, ""},
		"none":               {map[string]any{"scope": nil}, ""},
		"only a part of one": {map[string]any{"scope": "kits:read-only apps kits:* APPS:WRITE"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := d.come(t, "Bearer "+p.token(t, k, c.Now(), test.claims))
			if test.want == "" {
				want(t, resp, http.StatusForbidden, `error="insufficient_scope"`)
				want(t, resp, http.StatusForbidden, `scope="`+all+`"`)
				return
			}
			want(t, resp, http.StatusOK, "")
			if got := resp.Header.Get("X-Granted"); got != test.want {
				t.Errorf("granted %q, want %q", got, test.want)
			}
		})
	}
}
