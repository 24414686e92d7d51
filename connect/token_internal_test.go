package connect

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestExpiredTokenIsNotSent has a token whose time is up while a new one cannot
// be had: no call goes on with the old one.
func TestExpiredTokenIsNotSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer server.Close()
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	network := newTransport(nil, headerTimeout)
	defer network.CloseIdleConnections()
	s := newTokenSource(SystemPingOne, optionsOf([]Option{WithRetryBudget(0)}), network, newSecrets(), endpoint, "id", "secret")
	now := time.Now()
	s.token, s.early, s.expires = "Bearer old", now.Add(-time.Minute), now.Add(-time.Second)
	if value, err := s.value(request(t, http.MethodGet)); value != "" || err == nil {
		t.Errorf("%q is sent, %v", value, err)
	}
}

// TestReplacedTokensAreStillRedacted: an answer to a slow call may echo a token
// that was replaced meanwhile, more than once.
func TestReplacedTokensAreStillRedacted(t *testing.T) {
	known := newSecrets()
	for i := range tokensKept {
		known.add(fmt.Sprintf("token-number-%d", i))
	}
	for i := range 4 {
		token := fmt.Sprintf("token-number-%d", i)
		if text := known.redact("refused: " + token); strings.Contains(text, token) {
			t.Errorf("after %d renewals: %s", tokensKept-1-i, text)
		}
	}
}

// TestClientSecretIsRedactedAsItIsSent: an answer may echo the value of the
// Authorization header without its scheme, which no shape tells from a word.
func TestClientSecretIsRedactedAsItIsSent(t *testing.T) {
	const id, secret = "an-id", "hunter2/hunter2+&="
	req := request(t, http.MethodPost)
	req.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	_, value, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	known := newSecrets(clientSecrets(id, secret)...)
	for name, text := range map[string]string{"the header's value": value, "in a form": url.QueryEscape(secret), "the secret": secret} {
		if got := known.redact("received " + text + " from you"); strings.Contains(got, text) {
			t.Errorf("%s is shown: %s", name, got)
		}
	}
}
