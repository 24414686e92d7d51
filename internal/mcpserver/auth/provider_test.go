package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// key is one of an issuer's keys.
type key struct {
	id  string
	alg jose.SignatureAlgorithm
	key crypto.Signer
}

// rsaKeys are made once: that takes time.
var rsaKeys = sync.OnceValue(func() (keys []*rsa.PrivateKey) {
	for range 3 {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys = append(keys, k)
	}
	return keys
})

func rsaKey(id string, n int) key { return key{id, jose.RS256, rsaKeys()[n]} }

func ecKey(t *testing.T, id string) key {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key{id, jose.ES256, k}
}

// provider is a foreign issuer whose answers a test changes.
type provider struct {
	*httptest.Server
	mu       sync.Mutex
	keys     []key
	extra    []any  // further entries of the key set
	jwks     string // instead of its own address
	issuer   string // instead of its own name
	down     bool
	wait     func() // before each answer; set before the first request
	requests int
}

func newProvider(t *testing.T, keys ...key) *provider {
	t.Helper()
	p := &provider{keys: keys}
	p.Server = httptest.NewServer(http.HandlerFunc(p.answer))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *provider) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

func (p *provider) answer(w http.ResponseWriter, r *http.Request) {
	if p.wait != nil {
		p.wait()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	if r.Header.Get("Authorization") != "" {
		panic("a credential reached the issuer")
	}
	if p.down {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	var answer any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		document := map[string]any{"issuer": p.URL, "jwks_uri": p.URL + "/keys"}
		if p.jwks != "" {
			document["jwks_uri"] = p.jwks
		}
		if p.issuer != "" {
			document["issuer"] = p.issuer
		}
		answer = document
	case "/keys", "/broken":
		list := append([]any{}, p.extra...)
		for _, k := range p.keys {
			list = append(list, jose.JSONWebKey{Key: k.key.Public(), KeyID: k.id, Algorithm: string(k.alg), Use: "sig"})
		}
		answer = map[string]any{"keys": list}
	case "/elsewhere":
		http.Redirect(w, r, p.URL+"/keys", http.StatusFound)
		return
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/broken" {
		w.WriteHeader(http.StatusInternalServerError)
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

// token is one of the provider's for the server, all in order, with changes; a
// change to nil takes a claim away.
func (p *provider) token(t *testing.T, by key, now time.Time, changes map[string]any) string {
	t.Helper()
	claims := map[string]any{
		"iss": p.URL, "aud": publicURL, "sub": subject, "scope": all,
		"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return sign(t, by.key, by.alg, claims, map[jose.HeaderKey]any{"kid": by.id, "typ": "JWT"})
}

func sign(t *testing.T, with any, alg jose.SignatureAlgorithm, claims any, header map[jose.HeaderKey]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: with}, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
