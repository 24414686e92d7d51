//go:build integration

package oidc

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const callback = "http://localhost:9999/auth/callback" // nobody listens there

// provider is zitadel's OpenID provider with its example storage, which is
// changed in three points: access tokens are JWTs, clients may ask for pingkit's
// scopes, and the signing key can be replaced.
type provider struct {
	*storage.Storage
	resource string // the audience of the tokens for the client "assistant"

	mu  sync.Mutex
	key *key
}

// serve serves the provider at the address of issuer until the test ends.
func serve(t *testing.T, issuer, resource string) *provider {
	t.Helper()
	clients := map[string]*storage.Client{}
	for _, id := range []string{"assistant", "stranger"} {
		clients[id] = storage.WebClient(id, "secret", callback)
	}
	p := &provider{Storage: storage.NewStorageWithClients(storage.NewUserStore(issuer), clients), resource: resource}
	p.rotate(t)
	listener, err := net.Listen("tcp", strings.TrimPrefix(issuer, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: exampleop.SetupServer(issuer, p, slog.New(slog.DiscardHandler), false)}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return p
}

// rotate replaces the signing key; the old one is no longer published.
func (p *provider) rotate(t *testing.T) {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = &key{id: fmt.Sprintf("key-%x", k.N.Bytes()[:4]), private: k}
}

func (p *provider) current() *key {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.key
}

func (p *provider) SigningKey(context.Context) (op.SigningKey, error) {
	return signing{p.current()}, nil
}
func (p *provider) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{published{p.current()}}, nil
}

func (p *provider) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

type key struct {
	id      string
	private *rsa.PrivateKey
}

type signing struct{ *key }

func (s signing) ID() string                                  { return s.id }
func (s signing) Key() any                                    { return s.private }
func (s signing) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

type published struct{ *key }

func (p published) ID() string                         { return p.id }
func (p published) Key() any                           { return &p.private.PublicKey }
func (p published) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (p published) Use() string                        { return "sig" }

func (p *provider) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := p.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{c}, nil
}

type client struct{ op.Client }

func (client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

func (client) IsScopeAllowed(scope string) bool {
	return slices.Contains([]string{"kits:read", "apps:read", "apps:write"}, scope)
}

// GetPrivateClaimsFromScopes puts the scopes into access tokens.
func (p *provider) GetPrivateClaimsFromScopes(_ context.Context, _, _ string, scopes []string) (map[string]any, error) {
	return map[string]any{"scope": strings.Join(scopes, " ")}, nil
}

func (p *provider) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	r, err := p.Storage.AuthRequestByCode(ctx, code)
	if err != nil || r.GetClientID() != "assistant" {
		return r, err
	}
	return request{r, p.resource}, nil
}

// request is a log-in whose access token is for the resource.
type request struct {
	op.AuthRequest
	resource string
}

func (r request) GetAudience() []string { return []string{r.resource} }
