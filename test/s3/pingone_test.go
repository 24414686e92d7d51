//go:build integration

package s3

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

const (
	accessToken  = "access-token-of-the-test-0123456789"
	clientSecret = "client-secret-of-the-test"
	integration  = "Storage Integration Kit"
)

// pingOne is as much of PingOne as a download needs: a token, one integration
// with one version, and a redirect to wherever link leads.
type pingOne struct {
	*httptest.Server
	mu    sync.Mutex
	links []func() string // of the next redirects; the last one stays
	asked int             // how often for the asset
}

func newPingOne(t *testing.T) *pingOne {
	t.Helper()
	p := &pingOne{}
	mux := http.NewServeMux()
	answer := func(pattern, body string) {
		mux.Handle(pattern, authorized(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(body)) // the client has left
		})))
	}
	const versions = "/v1/environments/e1/integrations/i1/versions"
	answer("GET /v1/environments", `{"_embedded":{"environments":[{"id":"e1","name":"Production"}]}}`)
	answer("GET /v1/environments/e1/integrations", `{"_embedded":{"integrations":[{"id":"i1","name":"`+integration+`","publisher":"Test"}]}}`)
	answer("GET "+versions, `{"_embedded":{"versions":[{"id":"v1","name":"kit","number":"1.2.3","type":"PRODUCT_INTEGRATION_KIT"}]}}`)
	mux.Handle("GET "+versions+"/v1/asset", authorized(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", p.next())
		w.WriteHeader(http.StatusTemporaryRedirect)
	})))
	mux.HandleFunc("POST /worker/as/token", func(w http.ResponseWriter, r *http.Request) {
		if _, secret, _ := r.BasicAuth(); secret != clientSecret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 3600}); err != nil {
			t.Error(err)
		}
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func authorized(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+accessToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// redirect says where the next requests for the asset lead, each one further
// along the list, and forgets how many there were.
func (p *pingOne) redirect(links ...func() string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links, p.asked = links, 0
}

func (p *pingOne) next() string {
	p.mu.Lock()
	link := p.links[min(p.asked, len(p.links)-1)]
	p.asked++
	p.mu.Unlock()
	return link()
}

func (p *pingOne) times() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// settings are the variables that lead the programs here.
func (p *pingOne) settings() []string {
	return []string{
		"PINGONE_CLIENT_ID=worker-client", "PINGONE_CLIENT_SECRET=" + clientSecret, "PINGONE_ENVIRONMENT_ID=worker",
		"PINGONE_API_URL=" + p.URL + "/v1", "PINGONE_AUTH_URL=" + p.URL,
	}
}
