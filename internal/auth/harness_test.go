package auth_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"go.uber.org/goleak"

	"pingkit/internal/auth"
	"pingkit/internal/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	publicURL = "https://pingkit.example.com"
	metadata  = publicURL + "/.well-known/oauth-protected-resource/mcp"
	all       = "kits:read apps:read apps:write"
	subject   = "alice-7f3a"
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

// clock is the guard's time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// logged is a log for tests to look into.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// door is a guard with a server behind it that tells who came in.
type door struct {
	*httptest.Server
	log *logged
}

func newDoor(t *testing.T, s auth.Settings) *door {
	t.Helper()
	d := &door{log: &logged{}}
	s.Logger = d.log.logger()
	guard, err := auth.New(s)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	guard.Register(mux)
	mux.Handle("/mcp", guard.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Authorization")) > 0 {
			panic("the token travelled on")
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		var granted []string
		for _, s := range tools.Scopes() {
			if tools.Allows(r.Context(), s) {
				granted = append(granted, string(s))
			}
		}
		w.Header().Set("X-Caller", tools.CallerOf(r.Context()))
		w.Header().Set("X-Granted", strings.Join(granted, " "))
		if _, err := w.Write(body); err != nil {
			panic(err)
		}
	})))
	d.Server = httptest.NewServer(mux)
	t.Cleanup(d.Close)
	return d
}

// trusting is a door for tokens of p.
func trusting(t *testing.T, p *provider, c *clock) *door {
	t.Helper()
	return newDoor(t, auth.Settings{PublicURL: publicURL, Issuer: p.URL, Now: c.Now})
}

// come makes a request with these Authorization headers.
func (d *door) come(t *testing.T, authorization ...string) *http.Response {
	t.Helper()
	return d.ask(t, http.MethodPost, "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, authorization...)
}

func (d *door) ask(t *testing.T, method, path, body string, authorization ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header["Authorization"] = authorization
	resp, err := d.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(content))
	return resp
}

// want checks an answer: its status and a part of its challenge.
func want(t *testing.T, resp *http.Response, status int, challenge string) {
	t.Helper()
	if resp.StatusCode != status {
		body, err := io.ReadAll(resp.Body)
		t.Errorf("%s, want %d: %s %v", resp.Status, status, body, err)
	}
	if got := resp.Header.Get("WWW-Authenticate"); challenge == "" && got != "" || !strings.Contains(got, challenge) {
		t.Errorf("the challenge is %q, want %q in it", got, challenge)
	}
}
