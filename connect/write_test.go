package connect_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
)

// A write is sent once, whatever happens, and the error says whether it may
// have happened.
func TestWritesAreSentOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   http.HandlerFunc
		inDoubt bool
	}{
		"408": {status(408), true}, "500": {status(500), true}, "502": {status(502), true},
		"503": {status(503), true}, "504": {status(504), true},
		"429": {status(429, "Retry-After", "0"), false}, "400": {status(400), false}, "401": {status(401), false},
		"302": {status(302, "Location", "/login"), false},
		"307": {status(307, "Location", "/api/v1/elsewhere"), false},
		"lost connection": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, true},
		"no answer in time": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, true},
	} {
		for _, protocol := range []string{"h2", "http/1.1"} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				t.Parallel()
				server := newCentralOver(t, protocol, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						answer(`[]`)(w, r)
						return
					}
					test.fault(w, r)
				})
				client := connectTo(t, server.settings())
				// A connection that is reused is one that net/http may try again on.
				if err := applications(t, client); err != nil {
					t.Fatal(err)
				}
				ctx := within(t, 500*time.Millisecond)
				_, promoted := connect.JSON[json.RawMessage](client.PromoteApplication(ctx, "a", "e", pingcentral.PromotionRequest{}))
				reverted := connect.Check(client.RevertApplication(ctx, "p", "a"))
				_, updated := connect.JSON[json.RawMessage](client.UpdateApplication(ctx, "a", pingcentral.ApplicationInput{}))
				if name == "no answer in time" {
					reverted, updated = promoted, promoted // the time is over
				}
				for _, err := range []error{promoted, reverted, updated} {
					if e := typed(t, err); e.InDoubt() != test.inDoubt {
						t.Errorf("InDoubt is %t: %+v", e.InDoubt(), e)
					}
				}
				sent := map[string]int{}
				for _, r := range server.log() {
					sent[r.Method+" "+r.Path]++
				}
				for request, n := range sent {
					if n != 1 {
						t.Errorf("%s was sent %d times", request, n)
					}
				}
			})
		}
	}
}

// The answer to a write breaks off: it was done, and an error must not say otherwise.
func TestBrokenAnswerToAWriteIsInDoubt(t *testing.T) {
	t.Parallel()
	server := newCentral(t, answer(`{"id":`))
	client := connectTo(t, server.settings())
	_, err := connect.JSON[json.RawMessage](client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{}))
	if e := typed(t, err); !e.InDoubt() || e.Status != 200 {
		t.Errorf("got %+v", e)
	}
	if err := connect.Check(client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{})); err != nil {
		t.Errorf("Check reads the body: %v", err)
	}
}

func TestWriteThatWasNotSentIsNotInDoubt(t *testing.T) {
	t.Parallel()
	server := newCentral(t, status(200))
	settings := server.settings()
	untrusting := settings
	untrusting.CACertificates = nil
	_, unverified := connectTo(t, untrusting).RevertApplication(t.Context(), "p", "a")
	client := connectTo(t, settings)
	server.Close()
	_, unreachable := client.RevertApplication(t.Context(), "p", "a")
	tokenless := connect.PingCentralSettings{URL: server.URL, TokenURL: server.URL + "/token", ClientID: "c", ClientSecret: "provider-secret"}
	_, unsigned := connectTo(t, tokenless, connect.WithRetryBudget(0)).RevertApplication(t.Context(), "p", "a")
	for name, err := range map[string]error{"certificate": unverified, "unreachable": unreachable, "no token": unsigned} {
		if e := typed(t, err); e.InDoubt() || e.Sent || e.Status != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	var certificate *tls.CertificateVerificationError
	if !errors.As(unverified, &certificate) || typed(t, unverified).Temporary() {
		t.Errorf("got %v", unverified)
	}
	if n := len(server.log()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}
