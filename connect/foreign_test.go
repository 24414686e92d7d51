package connect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

// The foreign systems of these tests are strict: they answer what was not
// expected of the client with a refusal, as the real ones do.

const (
	workerID     = "worker/app"
	workerSecret = "wörk er~s3cret"
	workerEnv    = "0efg0805ca34"
)

// seen is a request as a server saw it.
type seen struct {
	Method, Host, Path, Query string
	Header                    http.Header
}

// foreign is a server that notes every request.
type foreign struct {
	*httptest.Server
	mu       sync.Mutex
	requests []seen
}

func serve(t testing.TB, handler http.HandlerFunc) *foreign {
	t.Helper()
	f := &foreign{}
	f.Server = httptest.NewServer(f.note(handler))
	t.Cleanup(f.Close)
	return f
}

func (f *foreign) note(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests = append(f.requests, seen{r.Method, r.Host, r.URL.Path, r.URL.RawQuery, r.Header.Clone()})
		f.mu.Unlock()
		handler(w, r)
	})
}

func (f *foreign) log() []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]seen(nil), f.requests...)
}

// byName is the server's address under another host name than 127.0.0.1.
func (f *foreign) byName() string { return strings.Replace(f.URL, "127.0.0.1", "localhost", 1) }

// pingOne is PingOne's token endpoint and API in one server, on one origin.
type pingOne struct {
	*foreign
	// Set these before the first request.
	style     string           // "basic" or "post": how the worker is configured
	life      string           // expires_in as JSON; "" leaves it out
	onToken   http.HandlerFunc // in place of the token endpoint
	api       http.HandlerFunc // behind the check of the token
	apiPrefix string
	outside   http.HandlerFunc // at other paths than the API's

	state  sync.Mutex
	issued int
	valid  map[string]bool
}

func newPingOne(t testing.TB, api http.HandlerFunc) *pingOne {
	t.Helper()
	p := &pingOne{style: "basic", life: "3600", api: api, apiPrefix: "/v1/", valid: map[string]bool{}}
	p.foreign = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/"+workerEnv+"/as/token":
			if p.onToken != nil {
				p.onToken(w, r)
				return
			}
			p.token(w, r)
		case !strings.HasPrefix(r.URL.Path, p.apiPrefix):
			if p.outside == nil {
				http.Error(w, "not the API", http.StatusTeapot)
				return
			}
			p.outside(w, r)
		case !p.accepts(r.Header.Get("Authorization")):
			refuse(w, http.StatusUnauthorized, "ACCESS_FAILED", "INVALID_TOKEN")
		default:
			p.api(w, r)
		}
	})
	return p
}

func (p *pingOne) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if basic { // RFC 6749 section 2.3.1: both are form-encoded first
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	}
	if p.style == "post" {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	w.Header().Set("Content-Type", "application/json")
	if basic != (p.style == "basic") || id != workerID || secret != workerSecret || r.PostFormValue("grant_type") != "client_credentials" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"Request denied for secret %s"}`, secret)
		return
	}
	p.state.Lock()
	p.issued++
	token := fmt.Sprintf("token-%d-0123456789abcdef", p.issued)
	p.valid[token] = true
	p.state.Unlock()
	life := ""
	if p.life != "" {
		life = `,"expires_in":` + p.life
	}
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer"%s}`, token, life)
}

func (p *pingOne) accepts(authorization string) bool {
	token, bearer := strings.CutPrefix(authorization, "Bearer ")
	p.state.Lock()
	defer p.state.Unlock()
	return bearer && p.valid[token]
}

func (p *pingOne) revoke() {
	p.state.Lock()
	defer p.state.Unlock()
	clear(p.valid)
}

func (p *pingOne) tokens() int {
	p.state.Lock()
	defer p.state.Unlock()
	return p.issued
}

// calls are the requests to the API, without those for a token.
func (p *pingOne) calls() []seen {
	var calls []seen
	for _, r := range p.log() {
		if !strings.HasSuffix(r.Path, "/as/token") {
			calls = append(calls, r)
		}
	}
	return calls
}

func (p *pingOne) settings() connect.PingOneSettings {
	return connect.PingOneSettings{
		ClientID: workerID, ClientSecret: workerSecret, EnvironmentID: workerEnv,
		APIURL: p.URL + strings.TrimSuffix(p.apiPrefix, "/"), AuthURL: p.URL,
	}
}

func (p *pingOne) client(t testing.TB, options ...connect.Option) *connect.PingOne {
	t.Helper()
	client, err := connect.NewPingOne(p.settings(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/hal+json;charset=UTF-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"id":"failure-1","code":%q,"message":"The request could not be completed.","details":[{"code":%q,"message":"No."}]}`, code, detail)
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}
}

// inTurn answers each request by the next handler, and the last one for ever.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		handler := handlers[0]
		if len(handlers) > 1 {
			handlers = handlers[1:]
		}
		mu.Unlock()
		handler(w, r)
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

const list = `{"_embedded":{"environments":[{"id":"e1","name":"One"}]}}`

// get reads the list of environments, and is the simplest of all calls.
func get(ctx context.Context, client *connect.PingOne) error {
	_, err := connect.JSON[json.RawMessage](client.ListEnvironments(ctx, nil))
	return err
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// typed returns err as the package's error.
func typed(t *testing.T, err error) *connect.Error {
	t.Helper()
	e, ok := err.(*connect.Error)
	if !ok {
		t.Fatalf("error is %T (%v), want *connect.Error", err, err)
	}
	return e
}

// silent fails if a text holds one of the secrets.
func silent(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("secret %q stands in %q", secret, text)
		}
	}
}
