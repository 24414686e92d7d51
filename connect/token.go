package connect

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"
)

const (
	// tokenTimeout bounds one fetch of a token, whoever waits for it.
	tokenTimeout = 30 * time.Second
	// assumedLife is for a token endpoint that does not say how long a token
	// lives (RFC 6749 only recommends to).
	assumedLife = 5 * time.Minute
	// renewalPause keeps a failing early renewal from being tried by every call.
	renewalPause = 5 * time.Second
)

// tokenSource keeps one access token. However many callers need one, one fetch
// is under way at a time; each caller waits for it as long as its own context
// allows, while the fetch itself outlives the caller who began it. Shortly
// before a token expires it is renewed beside the calls, which go on with it.
type tokenSource struct {
	system   System
	endpoint *url.URL
	id       string // of the client
	secret   string
	scopes   []string
	client   *http.Client // without automatic redirects: the request carries the secret
	secrets  *secrets
	renews   bool // after a 401, one call may go on with a new token

	group singleflight.Group

	mu      sync.Mutex
	token   string    // as a header value
	early   time.Time // from here on it is renewed
	expires time.Time // from here on it is not used
	style   oauth2.AuthStyle
	pause   time.Time // no early renewal before
}

// newTokenSource asks at endpoint, over network. Its http.Client follows no
// redirect: a 307 would carry the client's secret along in the body.
func newTokenSource(system System, o options, network http.RoundTripper, known *secrets, endpoint *url.URL, id, secret string) *tokenSource {
	asking := &retrier{next: attempts(o, network), budget: o.budget, posts: true}
	doer := &caller{system: system, signIn: true, header: http.Header{"User-Agent": {o.userAgent}}, secrets: known, next: asking}
	return &tokenSource{
		system: system, endpoint: endpoint, id: id, secret: secret, secrets: known,
		client: &http.Client{
			Transport:     doer,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (s *tokenSource) value(req *http.Request) (string, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return "", plainCause(ctx, context.Cause(ctx))
	}
	token, due := s.current()
	if token != "" && !due {
		return token, nil
	}
	fetched := s.group.DoChan("", func() (any, error) {
		// A caller may come here just after another one's fetch has ended.
		if token, due := s.current(); token != "" && !due {
			return token, nil
		}
		return s.fetch(context.WithoutCancel(ctx))
	})
	if token != "" {
		return token, nil
	}
	select {
	case result := <-fetched:
		token, _ := result.Val.(string)
		return token, result.Err
	case <-ctx.Done():
		return "", plainCause(ctx, context.Cause(ctx))
	}
}

// current returns the token while it is good, and whether to renew it.
func (s *tokenSource) current() (token string, due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.token == "" || !now.Before(s.expires) {
		return "", true
	}
	return s.token, !now.Before(s.early) && !now.Before(s.pause)
}

// refused forgets the token, unless it was replaced meanwhile.
func (s *tokenSource) refused(value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == value {
		s.token = ""
	}
	return s.renews
}

func (s *tokenSource) fetch(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	// The fetch bears the name of the call that began it.
	ctx = WithTransactionID(ctx, callOf(ctx).transactionID)
	asked := time.Now()
	token, style, err := s.ask(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.pause = time.Now().Add(renewalPause)
		return "", err
	}
	life := assumedLife
	if !token.Expiry.IsZero() {
		life = token.Expiry.Sub(asked)
	}
	s.secrets.add(token.AccessToken)
	s.style = style
	s.token = token.Type() + " " + token.AccessToken
	s.expires = asked.Add(life - min(life/20, 10*time.Second))
	s.early = asked.Add(life - min(life/5, 2*time.Minute))
	return s.token, nil
}

// ask requests a token, the client authenticating by the style that worked
// last. The other one is tried once, and only when the endpoint says that it
// does not know the client that way: the worker application is configured for
// one of the two, and which one no setting says.
func (s *tokenSource) ask(ctx context.Context) (*oauth2.Token, oauth2.AuthStyle, error) {
	s.mu.Lock()
	style := s.style
	s.mu.Unlock()
	other := oauth2.AuthStyleInParams
	if style == oauth2.AuthStyleInParams {
		other = oauth2.AuthStyleInHeader
	} else {
		style = oauth2.AuthStyleInHeader
	}
	token, err := s.askBy(ctx, style)
	if err == nil || !clientUnknown(err) {
		return token, style, err
	}
	token, second := s.askBy(ctx, other)
	if second != nil && clientUnknown(second) {
		return nil, style, err
	}
	return token, other, second
}

func (s *tokenSource) askBy(ctx context.Context, style oauth2.AuthStyle) (*oauth2.Token, error) {
	config := clientcredentials.Config{
		ClientID:     s.id,
		ClientSecret: s.secret,
		TokenURL:     s.endpoint.String(),
		Scopes:       s.scopes,
		AuthStyle:    style,
	}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.client))
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	return token, nil
}

// clientUnknown reports RFC 6749's invalid_client, and a 401 that names no code.
func clientUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	return e.Code == "invalid_client" || e.Status == http.StatusUnauthorized && e.Code == ""
}

// failure makes an *Error of what the oauth2 package returns, whose own errors
// hold the answer's body as it came.
func (s *tokenSource) failure(ctx context.Context, err error) error {
	if typed, ok := errors.AsType[*Error](err); ok {
		return typed
	}
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return refusal(refused.Response, refused.Body)
	}
	return &Error{
		System: s.system, SignIn: true, Method: http.MethodPost, Host: s.endpoint.Host, Path: s.endpoint.EscapedPath(),
		Status: http.StatusOK, Message: "the answer holds no access token", TransactionID: TransactionID(ctx), Sent: true,
		// What the oauth2 package says of the answer is its parser's, and quotes it.
		Err: &cause{text: errAnswer.Error(), err: errors.Join(errAnswer, err)},
	}
}
