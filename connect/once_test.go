package connect_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/testutil/nettest"
)

// streamEnds are the ends of an HTTP/2 stream after which Go's client sends a
// request again by itself.
var streamEnds = map[string]nettest.StreamEnd{
	"REFUSED_STREAM": nettest.Refused,
	"GOAWAY":         nettest.Away,
	"PROTOCOL_ERROR": nettest.ProtocolError,
}

// ending gives the first requests of those that match an end, and answers the
// others: a client that goes on by itself is not kept going.
func ending(end nettest.StreamEnd, times int, matches func(*http.Request) bool) func(*http.Request, int) nettest.StreamEnd {
	return func(r *http.Request, n int) nettest.StreamEnd {
		if n <= times && matches(r) {
			return end
		}
		return nettest.Answered
	}
}

func TestStreamEndsOfWrites(t *testing.T) {
	t.Parallel()
	writes := map[string]func(*testing.T, *connect.PingCentral) error{
		"POST": func(t *testing.T, client *connect.PingCentral) error {
			return connect.Check(client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{}))
		},
		"PUT without a body": func(t *testing.T, client *connect.PingCentral) error {
			return connect.Check(client.RevertApplication(t.Context(), "p", "a"))
		},
		"PUT with a body": func(t *testing.T, client *connect.PingCentral) error {
			return connect.Check(client.UpdateApplication(t.Context(), "a", pingcentral.ApplicationInput{}))
		},
	}
	for end, frame := range streamEnds {
		for write, send := range writes {
			for _, reused := range []bool{false, true} {
				name := end + " " + write
				if reused {
					name += " on a used connection"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					server := nettest.ServeFrames(t, answer(`[]`), ending(frame, 3, func(r *http.Request) bool { return r.Method != http.MethodGet }))
					client := connectTo(t, connect.PingCentralSettings{URL: server.URL, Token: "a-token", CACertificates: server.Certificate})
					if reused {
						if err := applications(t, client); err != nil {
							t.Fatal(err)
						}
					}
					e := typed(t, send(t, client))
					if e.Status != 0 || !e.Sent || !e.InDoubt() {
						t.Errorf("the error does not leave the write in doubt: %+v", e)
					}
					method, _, _ := strings.Cut(write, " ")
					if n := server.Received(method, ""); n != 1 {
						t.Errorf("the write was received %d times", n)
					}
				})
			}
		}
	}
}

// TestStreamEndsOfReads has the retrier alone repeat reads, token requests and
// downloads, and count what is sent.
func TestStreamEndsOfReads(t *testing.T) {
	t.Parallel()
	requests := map[string]struct{ method, path string }{
		"read":          {http.MethodGet, "/environments"},
		"token request": {http.MethodPost, "/as/token"},
		"asset":         {http.MethodGet, "/asset"},
		"storage":       {http.MethodGet, "/object"},
	}
	for end, frame := range streamEnds {
		for request, want := range requests {
			for _, test := range []struct {
				name            string
				times, received int
				fails           bool
			}{{"twice", 2, 3, false}, {"always", 6, 5, true}} {
				if test.fails && frame != nettest.Refused {
					continue // the count is the retrier's, whatever the end
				}
				t.Run(end+" "+request+" "+test.name, func(t *testing.T) {
					t.Parallel()
					server := nettest.ServeFrames(t, http.HandlerFunc(everySystem), ending(frame, test.times, func(r *http.Request) bool {
						return r.Method == want.method && strings.HasSuffix(r.URL.Path, want.path)
					}))
					client, err := connect.NewPingOne(connect.PingOneSettings{
						ClientID: workerID, ClientSecret: workerSecret, EnvironmentID: workerEnv,
						APIURL: server.URL + "/v1", AuthURL: server.URL, CACertificates: server.Certificate,
					})
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(client.CloseIdleConnections)
					if request == "read" || request == "token request" {
						err = get(t.Context(), client)
					} else {
						err = download(t, client)
					}
					if (err != nil) != test.fails {
						t.Errorf("the call gives %v", err)
					}
					if e, ok := err.(*connect.Error); test.fails && (!ok || e.Status != 0 || e.InDoubt() || !e.Sent) {
						t.Errorf("the error is %+v", err)
					}
					if n := server.Received(want.method, want.path); n != test.received {
						t.Errorf("%d requests were received, want %d", n, test.received)
					}
				})
			}
		}
	}
}

// everySystem is PingOne, its token endpoint and its storage.
func everySystem(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/as/token"):
		answer(`{"access_token":"a-token-0123456789","token_type":"Bearer","expires_in":3600}`)(w, r)
	case strings.HasSuffix(r.URL.Path, "/asset"):
		w.Header().Set("Location", "https://"+r.Host+"/object?X-Amz-Signature=abc")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case r.URL.Path == "/object":
		_, _ = io.WriteString(w, "PK")
	default:
		answer(list)(w, r)
	}
}

func download(t *testing.T, client *connect.PingOne) error {
	asset, err := client.OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if err != nil {
		return err
	}
	defer asset.Body.Close()
	_, err = io.Copy(io.Discard, asset.Body)
	return err
}

// TestDeadConnectionsOfReads keeps connections of HTTP/1.1 of which each ends
// with its next request. net/http would send a read on one after another.
func TestDeadConnectionsOfReads(t *testing.T) {
	t.Parallel()
	const kept = 16
	together := barrier(kept)
	var dead atomic.Bool
	server := newPingOne(t, func(w http.ResponseWriter, r *http.Request) {
		if dead.Load() {
			hangUp(w, r)
		}
		together()
		answer(list)(w, r)
	})
	client := server.client(t)
	done := make(chan error)
	for range kept {
		go func() { done <- get(t.Context(), client) }()
	}
	for range kept {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	dead.Store(true)
	before := len(server.calls())
	// A connection takes a request as soon as it is had: a second one for the same
	// attempt would be one too many, whether or not the request still arrives.
	var had atomic.Int64
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { had.Add(1) }})
	if e := typed(t, get(ctx, client)); e.Status != 0 || !e.Temporary() {
		t.Errorf("the error is %+v", e)
	}
	if n := len(server.calls()) - before; n != 5 || had.Load() != 5 {
		t.Errorf("the read had %d connections and was received %d times, want 5", had.Load(), n)
	}
}

// TestRenewedTokensCount has the API refuse each token: the second request of an
// attempt is one of the five.
func TestRenewedTokensCount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    int
	}{
		"401 last": {inTurn(status(503), status(503), status(503), status(503), status(401), answer(list)), 5},
		"401, 503": {inTurn(status(401), status(503), status(401), status(503), status(401), answer(list)), 5},
		"401":      {inTurn(status(401), answer(list)), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, test.handler)
			_, err := connect.JSON[json.RawMessage](server.client(t).ListEnvironments(t.Context(), nil))
			if (err == nil) != (test.want == 2) {
				t.Errorf("the call gives %v", err)
			}
			if n := len(server.calls()); n != test.want {
				t.Errorf("the read was received %d times, want %d", n, test.want)
			}
		})
	}
}
