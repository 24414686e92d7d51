package connect

import (
	"context"
	"regexp"
	"slices"
	"sync"
)

// redacted stands where a secret stood.
const redacted = "[redacted]"

// shortestSecret: replacing anything shorter would garble every text, and hides
// nothing worth guessing.
const shortestSecret = 4

// secrets knows what must not appear in an error or a log line: the values it
// was told, and what looks like a credential even if nobody told.
type secrets struct {
	fixed []string // credentials of the settings, as they are sent

	mu     sync.Mutex
	recent []string // access tokens, newest last
}

// tokensKept: a token may still be echoed after it was replaced.
const tokensKept = 8

func newSecrets(values ...string) *secrets {
	return &secrets{fixed: slices.DeleteFunc(slices.Clone(values), func(v string) bool { return len(v) < shortestSecret })}
}

// add remembers an access token.
func (s *secrets) add(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(token) < shortestSecret || slices.Contains(s.recent, token) {
		return
	}
	s.recent = append(s.recent, token)
	if len(s.recent) > tokensKept {
		s.recent = slices.Clone(s.recent[len(s.recent)-tokensKept:])
	}
}

// redact returns text without secrets. Call it before a text is cut: half a
// secret is no longer recognised. A nil receiver knows no values.
func (s *secrets) redact(text string, more ...string) string {
	if s != nil {
		s.mu.Lock()
		more = append(slices.Clone(s.recent), more...)
		s.mu.Unlock()
	}
	if s != nil {
		more = append(more, s.fixed...)
	}
	text = withoutValues(text, more)
	for _, shape := range shapes() {
		text = shape.pattern.ReplaceAllString(text, shape.with)
	}
	return text
}

// shapes are what credentials look like: the query of a URL (the whole secret
// of a presigned one), a URL's user, signature and secret parameters without
// their URL, secrets in JSON, an Authorization value, and a JWT. They are
// compiled when the first text is redacted, not at the start of each program.
var shapes = sync.OnceValue(func() []shape {
	return []shape{
		{regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://[^\s?#"'<>]*)[?#][^\s"'<>]*`), "$1?" + redacted},
		{regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://)[^\s/?#"'<>@]+@`), "$1" + redacted + "@"},
		{regexp.MustCompile(`(?i)\b(x-amz-[a-z-]+|x-goog-[a-z-]+|signature|sig|awsaccesskeyid|key-pair-id|policy|access_token|client_?secret|secret|client_assertion|password)(=|%(?:25)*3d)[^\s&"'<>]+`), "$1$2" + redacted},
		{regexp.MustCompile(`(?i)("(?:access_?token|[a-z_]*secret|[a-z]*password)"\s*:\s*)"(?:[^"\\]|\\.)*"`), "$1" + redacted},
		{regexp.MustCompile(`(?i)\b(basic|bearer)\s+[a-z0-9+/=._~-]{20,}`), "$1 " + redacted},
		{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`), redacted},
	}
})

type shape struct {
	pattern *regexp.Regexp
	with    string
}

type secretKey struct{}

// WithSecret keeps further values out of the errors and log lines of calls made
// with the returned context: secrets that travel in a request's body and that
// the system may echo when it refuses them.
func WithSecret(ctx context.Context, values ...string) context.Context {
	return context.WithValue(ctx, secretKey{}, append(secretsIn(ctx), values...))
}

func secretsIn(ctx context.Context) []string {
	values, _ := ctx.Value(secretKey{}).([]string)
	return slices.Clip(values)
}
