package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/pingkit/internal/mcpserver/auth"
)

// TestRotation replaces the issuer's key: the new one is accepted at once, and
// the old one no longer, without a restart.
func TestRotation(t *testing.T) {
	before, after := rsaKey("before", 0), rsaKey("after", 1)
	p, c := newProvider(t, before), newClock()
	d := trusting(t, p, c)
	old, fresh := "Bearer "+p.token(t, before, c.Now(), nil), "Bearer "+p.token(t, after, c.Now(), nil)
	want(t, d.come(t, old), http.StatusOK, "")
	want(t, d.come(t, fresh), http.StatusUnauthorized, "not signed with a key")
	p.set(func() { p.keys = []key{after} })
	c.Advance(2 * time.Second)
	want(t, d.come(t, fresh), http.StatusOK, "")
	want(t, d.come(t, old), http.StatusUnauthorized, "not signed with a key")
}

// TestRotationUnderTheSameID replaces a key and keeps its id.
func TestRotationUnderTheSameID(t *testing.T) {
	before, after := rsaKey("k", 0), rsaKey("k", 1)
	p, c := newProvider(t, before), newClock()
	d := trusting(t, p, c)
	want(t, d.come(t, "Bearer "+p.token(t, before, c.Now(), nil)), http.StatusOK, "")
	p.set(func() { p.keys = []key{after} })
	c.Advance(2 * time.Second)
	want(t, d.come(t, "Bearer "+p.token(t, after, c.Now(), nil)), http.StatusOK, "")
}

// TestWithdrawnKey has a key that the issuer withdraws, and nobody who comes
// with a new one.
func TestWithdrawnKey(t *testing.T) {
	stolen, other := rsaKey("stolen", 0), rsaKey("other", 1)
	p, c := newProvider(t, stolen), newClock()
	d := trusting(t, p, c)
	token := "Bearer " + p.token(t, stolen, c.Now(), map[string]any{"exp": c.Now().Add(24 * time.Hour).Unix()})
	want(t, d.come(t, token), http.StatusOK, "")
	p.set(func() { p.keys = []key{other} })
	c.Advance(6 * time.Minute)
	want(t, d.come(t, token), http.StatusUnauthorized, "not signed with a key")
}

// TestKeysAreKept counts what the issuer is asked, also by those who make up
// keys.
func TestKeysAreKept(t *testing.T) {
	k := rsaKey("k", 0)
	p, c := newProvider(t, k), newClock()
	d := trusting(t, p, c)
	var all sync.WaitGroup
	good, bad := "Bearer "+p.token(t, k, c.Now(), nil), "Bearer "+p.token(t, rsaKey("made-up", 1), c.Now(), nil)
	for range 20 {
		all.Go(func() { want(t, d.come(t, good), http.StatusOK, "") })
	}
	all.Wait()
	if n := p.asked(); n != 2 {
		t.Errorf("the issuer was asked %d times, want 2: its metadata and its keys", n)
	}
	c.Advance(2 * time.Second)
	for range 20 {
		all.Go(func() { want(t, d.come(t, bad), http.StatusUnauthorized, "not signed with a key") })
	}
	all.Wait()
	if n := p.asked(); n != 4 {
		t.Errorf("the issuer was asked %d times, want 4", n)
	}
}

// TestIssuerThatIsDown is down at the start, comes up, goes down again for a
// while that is survived with the keys at hand, and for one that is not.
func TestIssuerThatIsDown(t *testing.T) {
	k := rsaKey("k", 0)
	p, c := newProvider(t, k), newClock()
	p.set(func() { p.down = true })
	d := trusting(t, p, c)
	if p.asked() != 0 {
		t.Error("the issuer was asked before anybody came")
	}
	token := func() string { return "Bearer " + p.token(t, k, c.Now(), nil) }
	resp := d.come(t, token())
	want(t, resp, http.StatusServiceUnavailable, "")
	if resp.Header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After is %q", resp.Header.Get("Retry-After"))
	}
	asked := p.asked()
	want(t, d.come(t, token()), http.StatusServiceUnavailable, "")
	if p.asked() != asked {
		t.Error("the issuer was asked again at once")
	}
	p.set(func() { p.down = false })
	c.Advance(2 * time.Second)
	want(t, d.come(t, token()), http.StatusOK, "")
	p.set(func() { p.down = true })
	c.Advance(59 * time.Minute)
	want(t, d.come(t, token()), http.StatusOK, "")
	c.Advance(2 * time.Minute)
	want(t, d.come(t, token()), http.StatusServiceUnavailable, "")
	p.set(func() { p.down = false })
	c.Advance(2 * time.Second)
	want(t, d.come(t, token()), http.StatusOK, "")
}

// TestFirstCallerLeaves has a caller who does not wait for the issuer's answer,
// and another who does.
func TestFirstCallerLeaves(t *testing.T) {
	k, c := rsaKey("k", 0), newClock()
	p := newProvider(t, k)
	asked, answer := make(chan struct{}, 2), make(chan struct{})
	p.wait = func() { asked <- struct{}{}; <-answer }
	d := trusting(t, p, c)
	token := "Bearer " + p.token(t, k, c.Now(), nil)
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	left := make(chan error, 1)
	go func() {
		resp, err := d.Client().Do(r)
		if err == nil {
			err = errors.Join(errors.New("there was an answer"), resp.Body.Close())
		}
		left <- err
	}()
	<-asked
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // for the server to see that the caller left
	close(answer)
	want(t, d.come(t, token), http.StatusOK, "")
	if n := p.asked(); n != 2 {
		t.Errorf("the issuer was asked %d times, want 2", n)
	}
}

// TestNobodyListens has an issuer that cannot be connected to.
func TestNobodyListens(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	p, c := newProvider(t, rsaKey("k", 0)), newClock()
	d := newDoor(t, auth.Settings{PublicURL: publicURL, Issuer: closed.URL, Now: c.Now})
	token := p.token(t, rsaKey("k", 0), c.Now(), map[string]any{"iss": closed.URL})
	want(t, d.come(t, "Bearer "+token), http.StatusServiceUnavailable, "")
}

// TestIssuersThatCannotBeTrusted answer with what somebody on the way could have
// written, or with keys that are none.
func TestIssuersThatCannotBeTrusted(t *testing.T) {
	k := rsaKey("k", 0)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	shared := []byte("0123456789abcdef0123456789abcdef")
	for name, test := range map[string]struct {
		change func(*provider)
		log    string
	}{
		"keys over plain http":        {func(p *provider) { p.jwks = "http://keys.example.com/jwks" }, "use https"},
		"keys at another scheme":      {func(p *provider) { p.jwks = "file:///etc/passwd" }, "is not a URL"},
		"keys nowhere":                {func(p *provider) { p.jwks = p.URL + "/missing" }, "404"},
		"keys that are an error":      {func(p *provider) { p.jwks = p.URL + "/broken" }, "500 Internal Server Error for its keys"},
		"keys that are moved":         {func(p *provider) { p.jwks = p.URL + "/elsewhere" }, "302"},
		"metadata of another issuer":  {func(p *provider) { p.issuer = "https://other.example.com" }, "PINGKIT_AUTH_ISSUER"},
		"no keys":                     {func(p *provider) { p.keys = nil }, "no key that can be used"},
		"a key that is too short":     {func(p *provider) { p.keys = []key{{"k", jose.RS256, short}} }, "no key that can be used"},
		"a key that is no public one": {func(p *provider) { p.keys, p.extra = nil, []any{jose.JSONWebKey{Key: k.key, KeyID: "k"}} }, "no key that can be used"},
		"a shared key": {func(p *provider) {
			p.keys, p.extra = nil, []any{jose.JSONWebKey{Key: shared, KeyID: "k", Algorithm: "HS256"}}
		}, "no key that can be used"},
		"a key for encryption": {func(p *provider) {
			p.keys, p.extra = nil, []any{jose.JSONWebKey{Key: k.key.Public(), KeyID: "k", Use: "enc"}}
		}, "no key that can be used"},
		"a document without end": {func(p *provider) { p.extra = []any{strings.Repeat("x", 2<<20)} }, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			p, c := newProvider(t, k), newClock()
			p.set(func() { test.change(p) })
			d := trusting(t, p, c)
			want(t, d.come(t, "Bearer "+p.token(t, k, c.Now(), nil)), http.StatusServiceUnavailable, "")
			if !strings.Contains(d.log.String(), test.log) {
				t.Errorf("the log does not say %q:\n%s", test.log, d.log)
			}
		})
	}
}

// TestKeysOfUnknownKinds stand beside a good one.
func TestKeysOfUnknownKinds(t *testing.T) {
	k := rsaKey("k", 0)
	p, c := newProvider(t, k), newClock()
	p.set(func() { p.extra = []any{map[string]string{"kty": "NEW", "kid": "k"}, "text", 7} })
	want(t, trusting(t, p, c).come(t, "Bearer "+p.token(t, k, c.Now(), nil)), http.StatusOK, "")
}
