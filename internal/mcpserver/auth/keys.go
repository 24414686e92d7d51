package auth

import (
	"cmp"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"example.com/pingkit/internal/sanitize"
)

const (
	// keysFresh is how long keys are used without asking the issuer again, and
	// so how long a key that the issuer withdrew goes on being accepted.
	keysFresh = 5 * time.Minute
	// keysStale is how long they are used while the issuer cannot be reached.
	keysStale = time.Hour
	// askPause is the least time between two questions to the issuer: neither
	// tokens with made-up key ids nor its own failure must become many requests.
	askPause = 2 * time.Second
	// askLimit bounds one question, which is two requests: somebody waits.
	askLimit = 10 * time.Second
	// minRSA keeps out RSA keys that are too short, in bits (RFC 7518, 3.3).
	minRSA = 2048
)

// keySet holds the issuer's public keys. They are fetched when first needed, kept,
// and fetched again when they are old or a token names a key that is not there.
type keySet struct {
	issuer string
	client *http.Client
	now    func() time.Time
	logger *slog.Logger

	flight  singleflight.Group
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	fetched time.Time // when keys were had; zero: never
	asked   time.Time // when the last question ended, well or not
}

// unavailableError says that there are no keys to check a token with.
type unavailableError struct{ retryAfter time.Duration }

func (e *unavailableError) Error() string { return "the issuer's keys cannot be had" }

// current returns the keys, as fresh as they have to be.
func (s *keySet) current(ctx context.Context) ([]jose.JSONWebKey, error) {
	return s.get(ctx, func(age time.Duration) bool { return age > keysFresh })
}

// renewed returns the keys after asking the issuer, if it was not asked just now.
func (s *keySet) renewed(ctx context.Context) ([]jose.JSONWebKey, error) {
	return s.get(ctx, func(time.Duration) bool { return true })
}

func (s *keySet) get(ctx context.Context, due func(age time.Duration) bool) ([]jose.JSONWebKey, error) {
	if s.isDue(due) {
		// The question goes on when the caller who raised it leaves: others wait
		// for the answer.
		done := s.flight.DoChan("", func() (any, error) {
			if s.isDue(due) {
				s.ask(context.WithoutCancel(ctx))
			}
			return nil, nil
		})
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.fetched.IsZero() || now.Sub(s.fetched) > keysStale {
		return nil, &unavailableError{max(time.Second, askPause-now.Sub(s.asked))}
	}
	return s.keys, nil
}

func (s *keySet) isDue(due func(age time.Duration) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.fetched.IsZero() && !due(now.Sub(s.fetched)) {
		return false
	}
	return s.asked.IsZero() || now.Sub(s.asked) >= askPause
}

func (s *keySet) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	keys, err := s.fetch(ctx)
	if err != nil {
		s.logger.WarnContext(ctx, "the token issuer's keys could not be fetched", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = s.now()
	if err == nil {
		s.keys, s.fetched = keys, s.asked
	}
}

// fetch discovers where the issuer's keys are (OpenID Connect Discovery 1.0) and
// reads them. Both every time: an issuer may move its keys.
func (s *keySet) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, s.client), s.issuer)
	if err != nil {
		return nil, discoveryError(err)
	}
	var document struct {
		JWKSURI string `json:"jwks_uri"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("the issuer's metadata cannot be read: %w", err)
	}
	if err := s.mayFetch(document.JWKSURI); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, document.JWKSURI, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the issuer's keys: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the issuer answered %s for its keys", resp.Status)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&set); err != nil {
		return nil, fmt.Errorf("the issuer's keys are not a key set: %w", err)
	}
	keys := s.usable(ctx, set.Keys)
	if len(keys) == 0 {
		return nil, errors.New("the issuer publishes no key that can be used to check signatures")
	}
	return keys, nil
}

// mayFetch refuses an address of keys that somebody on the way could answer for.
func (s *keySet) mayFetch(address string) error {
	if problem := insecure(address); problem != "" {
		return fmt.Errorf("the jwks_uri of the issuer's metadata %s", problem)
	}
	issuer, err := url.Parse(s.issuer)
	if err != nil {
		return err
	}
	if keys, err := url.Parse(address); err != nil || issuer.Scheme == "https" && keys.Scheme != "https" {
		return errors.New("the jwks_uri of the issuer's metadata is http, although the issuer is https")
	}
	return nil
}

// discoveryError leaves out the body that go-oidc puts into its errors.
func discoveryError(err error) error {
	if e, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
		return fmt.Errorf("the metadata at PINGKIT_AUTH_ISSUER is that of %q: set it to that exact text if it is meant", e.Discovered)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("the issuer's metadata: %w", e.Err)
	}
	return errors.New("the issuer did not answer with OpenID metadata at /.well-known/openid-configuration")
}

// usable decodes the keys that signatures may be checked with. Others, of kinds
// that are not known among them, are passed over (RFC 7517, 5), and the log says
// which and why: a token that names one of them is refused.
func (s *keySet) usable(ctx context.Context, encoded []json.RawMessage) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for i, raw := range encoded {
		key, err := decodeKey(raw)
		if err != nil {
			s.logger.WarnContext(ctx, "a key of the token issuer is not used", "key", cmp.Or(sanitize.Line(key.KeyID, 100), fmt.Sprintf("number %d", i+1)), "cause", err)
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

// keyMembers are the members that decide about a key, the private ones among
// them: a key that is published with its private half is refused. Optional ones,
// such as certificates, are not read: a fault in them spoils no key.
var keyMembers = []string{"kty", "kid", "use", "alg", "crv", "n", "e", "x", "y", "d", "p", "q", "k"}

// decodeKey decodes a key. A key whose error is not nil may still tell its ID.
func decodeKey(raw json.RawMessage) (jose.JSONWebKey, error) {
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		return jose.JSONWebKey{}, errors.New("it is no JSON object")
	}
	id, _ := members["kid"].(string)
	key := jose.JSONWebKey{KeyID: id}
	maps.DeleteFunc(members, func(name string, _ any) bool { return !slices.Contains(keyMembers, name) })
	for _, name := range []string{"n", "e", "x", "y"} {
		if number, ok := members[name].(string); ok {
			// Unpadded base64url is demanded; padding and the other alphabet lose nothing.
			members[name] = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(number, "="))
		}
	}
	cleaned, err := json.Marshal(members)
	if err != nil {
		return key, err
	}
	var decoded jose.JSONWebKey
	if err := json.Unmarshal(cleaned, &decoded); err != nil {
		return key, fmt.Errorf("it cannot be read: %w", err)
	}
	key = decoded
	switch {
	case !key.Valid():
		return key, errors.New("it is not valid")
	case !key.IsPublic():
		return key, errors.New("it is no public key")
	case key.Use != "" && !strings.EqualFold(key.Use, "sig"):
		return key, fmt.Errorf("its use is %q", sanitize.Line(key.Use, 100))
	case key.Algorithm != "" && !slices.Contains(algorithms, jose.SignatureAlgorithm(key.Algorithm)):
		return key, fmt.Errorf("its algorithm is %q", sanitize.Line(key.Algorithm, 100))
	}
	if k, ok := key.Key.(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
		return key, fmt.Errorf("it has %d bits, fewer than %d", k.N.BitLen(), minRSA)
	}
	return key, nil
}
