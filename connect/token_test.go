package connect_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

func TestTokenIsFetchedOnceForManyCallers(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	server.onToken = func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		server.token(w, r)
	}
	client := server.client(t)
	if len(server.log()) != 0 {
		t.Fatal("something was sent before the first call")
	}
	var callers sync.WaitGroup
	for range 32 {
		callers.Go(func() {
			if err := get(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if n := server.tokens(); n != 1 {
		t.Errorf("%d tokens were fetched for 32 callers, want 1", n)
	}
}

func TestClientAuthenticationStyle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		style string
		posts int // to the token endpoint, for two tokens
	}{{"basic", 2}, {"post", 3}} {
		t.Run(test.style, func(t *testing.T) {
			server := newPingOne(t, answer(list))
			server.style = test.style
			client := server.client(t)
			for range 2 {
				if err := get(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				server.revoke()
			}
			if n := len(server.log()) - len(server.calls()); n != test.posts {
				t.Errorf("%d requests for a token, want %d: what worked is remembered", n, test.posts)
			}
		})
	}
}

// Only the endpoint's word that it does not know the client leads to the other
// style: trying twice after any other failure would double the load on an
// endpoint in trouble, and failed log-ins lock accounts.
func TestOtherStyleIsTriedOnlyForAnUnknownClient(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		posts  int
	}{
		"unknown client":       {jsonStatus(401, `{"error":"invalid_client"}`), 2},
		"unknown client, 400":  {jsonStatus(400, `{"error":"invalid_client"}`), 2},
		"401 without a word":   {status(401), 2},
		"other refusal":        {jsonStatus(400, `{"error":"unauthorized_client"}`), 1},
		"unknown environment":  {status(404), 1},
		"blocked by a gateway": {status(403), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, answer(list))
			server.onToken = test.answer
			err := get(t.Context(), server.client(t))
			e := typed(t, err)
			if !e.SignIn || !e.Unauthorized() || e.Temporary() || e.System != connect.SystemPingOne || e.Method != "POST" {
				t.Errorf("not a failed sign-in: %+v", e)
			}
			if n := len(server.log()); n != test.posts {
				t.Errorf("%d requests, want %d", n, test.posts)
			}
		})
	}
}

func jsonStatus(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

func TestTokenErrorHoldsNoSecret(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	settings := server.settings()
	settings.ClientSecret = "some%other+secret"
	client, err := connect.NewPingOne(settings)
	if err != nil {
		t.Fatal(err)
	}
	err = get(t.Context(), client)
	e := typed(t, err)
	if e.Status != 401 || e.Code != "invalid_client" || e.Message != "Request denied for secret [redacted]" {
		t.Errorf("got %d %q %q", e.Status, e.Code, e.Message)
	}
	silent(t, err.Error(), settings.ClientSecret)
}

func TestTokenEndpointOutOfOrder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer     http.HandlerFunc
		status     int
		authorized bool // not a matter of credentials
	}{
		"no token in the answer": {answer(`{"token_type":"Bearer"}`), 200, true},
		"page in its place":      {answer(`<html>hello</html>`), 200, true},
		"redirect":               {status(307, "Location", "/elsewhere"), 307, true},
		"asks to wait":           {status(429, "Retry-After", "300"), 429, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, answer(list))
			server.onToken = test.answer
			e := typed(t, get(within(t, 5*time.Second), server.client(t)))
			if !e.SignIn || e.Status != test.status || e.Unauthorized() == test.authorized || e.Path != "/"+workerEnv+"/as/token" {
				t.Errorf("got %+v", e)
			}
			if n := len(server.log()); n != 1 {
				t.Errorf("%d requests, want 1: the secret must not be sent elsewhere, nor again", n)
			}
		})
	}
}

func TestTokenEndpointRecovers(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	server.onToken = inTurn(status(503), hangUp, func(w http.ResponseWriter, r *http.Request) { server.token(w, r) })
	if err := get(t.Context(), server.client(t)); err != nil {
		t.Error(err)
	}
}

func TestRevokedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	client := server.client(t)
	if err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	server.revoke()
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			if err := get(t.Context(), client); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if n := server.tokens(); n != 2 {
		t.Errorf("%d tokens, want 2: one before and one after the revocation", n)
	}
}

func TestTokenThatIsNeverAcceptedIsNotRenewedForEver(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusUnauthorized, "ACCESS_FAILED", "INVALID_TOKEN")
	})
	e := typed(t, get(t.Context(), server.client(t)))
	if e.Status != 401 || !e.Unauthorized() || e.SignIn {
		t.Errorf("got %+v", e)
	}
	if tokens, calls := server.tokens(), len(server.calls()); tokens != 2 || calls != 2 {
		t.Errorf("%d tokens and %d calls, want 2 and 2", tokens, calls)
	}
}

// A token is renewed before it expires, beside the calls, and a renewal that
// fails does not take away a token that is still good.
func TestEarlyRenewal(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	server.life = "8" // renewed from 6.4 s on, used until 7.6 s
	server.onToken = inTurn(server.token, status(400), server.token)
	client := server.client(t, connect.WithRetryBudget(0))
	if err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	got := time.Now()
	time.Sleep(time.Until(got.Add(6400 * time.Millisecond)))
	if err := get(t.Context(), client); err != nil {
		t.Errorf("the token is good and its renewal failed: %v", err)
	}
	time.Sleep(time.Until(got.Add(7700 * time.Millisecond)))
	if n := len(server.log()) - len(server.calls()); n != 2 {
		t.Errorf("%d requests for a token, want 2: the second is the early renewal", n)
	}
	if err := get(t.Context(), client); err != nil {
		t.Errorf("after the expiry: %v", err)
	}
	if n := server.tokens(); n != 2 {
		t.Errorf("%d tokens, want 2", n)
	}
}

func TestTokenWithoutLifeIsUsed(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	server.life = ""
	client := server.client(t)
	for range 3 {
		if err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.tokens(); n != 1 {
		t.Errorf("%d tokens, want 1", n)
	}
}

// The caller who began the fetch leaves; the others still get its token.
func TestFetchOutlivesTheCallerWhoBeganIt(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	began := make(chan struct{}, 1)
	server.onToken = func(w http.ResponseWriter, r *http.Request) {
		began <- struct{}{}
		time.Sleep(300 * time.Millisecond)
		server.token(w, r)
	}
	client := server.client(t)
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- get(ctx, client) }()
	<-began
	stayed := make(chan error)
	go func() { stayed <- get(t.Context(), client) }()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v, want context.Canceled", err)
	}
	if err := <-stayed; err != nil {
		t.Errorf("who stayed got %v", err)
	}
	if n := server.tokens(); n != 1 {
		t.Errorf("%d tokens, want 1", n)
	}
}
