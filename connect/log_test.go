package connect_test

import (
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/testutil/syncbuf"
)

func debugLog() (*syncbuf.Buffer, connect.Option) {
	log := &syncbuf.Buffer{}
	return log, connect.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

func TestLogTellsEachRequestWithoutSecrets(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	sign := store.sign(store.byName(), "")
	server := newPingOne(t, inTurn(status(503), sign))
	log, option := debugLog()
	ctx := connect.WithTransactionID(t.Context(), "tx-1")
	asset, err := server.client(t, option).OpenAsset(ctx, "e", "i", "v", connect.Range{})
	read(t, asset, err)
	silent(t, log.String(), workerSecret, "token-1", "Basic", "Bearer", "X-Amz", "signature", "?")
	type line struct {
		Level, Msg, System, Method, Host, Path string
		Status, Attempt                        int
		Duration                               *int64
		TransactionID                          string `json:"transaction_id"`
	}
	var got []line
	decoder := json.NewDecoder(strings.NewReader(log.String()))
	for decoder.More() {
		var l line
		if err := decoder.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.Duration == nil || l.Level != "DEBUG" {
			t.Errorf("got %+v", l)
		}
		l.Duration, l.Level, l.Msg = nil, "", ""
		got = append(got, l)
	}
	const path = "/v1/environments/e/integrations/i/versions/v/asset"
	api, store2 := strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(store.byName(), "http://")
	want := []line{
		{System: "PingOne", Method: "POST", Host: api, Path: "/" + workerEnv + "/as/token", Status: 200, Attempt: 1, TransactionID: "tx-1"},
		{System: "PingOne", Method: "GET", Host: api, Path: path, Status: 503, Attempt: 1, TransactionID: "tx-1"},
		{System: "PingOne", Method: "GET", Host: api, Path: path, Status: 307, Attempt: 2, TransactionID: "tx-1"},
		{System: "storage", Method: "GET", Host: store2, Path: "/bucket/kit.zip", Status: 200, Attempt: 1, TransactionID: "tx-1"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d is %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestLogOfAFailure(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	store.Close()
	server := newPingOne(t, store.sign(store.byName(), ""))
	log, option := debugLog()
	_, err := server.client(t, option, connect.WithRetryBudget(0)).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if err == nil || !strings.Contains(log.String(), "connection refused") {
		t.Errorf("got %v and %s", err, log)
	}
	silent(t, log.String(), "X-Amz", "signature")
}

// An address that net/http cannot read is quoted in its error.
func TestLogOfADamagedRedirect(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, status(307, "Location", "https://s3.example/k\x7f?X-Amz-Signature=s3cr3tquery"))
	log, option := debugLog()
	_, err := server.client(t, option, connect.WithRetryBudget(0)).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if typed(t, err).Status != 0 || !strings.Contains(log.String(), "malformed") {
		t.Errorf("got %v and %s", err, log)
	}
	silent(t, err.Error()+log.String(), "s3cr3tquery")
}

func TestQuietLog(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	log := &syncbuf.Buffer{}
	client := server.client(t, connect.WithLogger(slog.New(slog.NewTextHandler(log, nil))), connect.WithLogger(nil))
	if err := get(t.Context(), client); err != nil || log.String() != "" {
		t.Errorf("got %v and %q, want silence below debug", err, log)
	}
}

func TestTransactionID(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	client := server.client(t, connect.WithUserAgent("pingkit/1.2\r\nX-Evil: 1"))
	allowed := regexp.MustCompile(`^[A-Za-z0-9._\-/@=#+]{1,100}$`)
	mine := pingone.TransactionID("of-the-request")
	for _, test := range []struct {
		id, want string
		params   *pingone.ListEnvironmentsParams
	}{
		{"Aa0._-/@=#+", "Aa0._-/@=#+", nil},
		{"two words\r\nX-Evil: ü1", "twowordsX-Evil1", nil},
		{strings.Repeat("x", 101), strings.Repeat("x", 100), nil},
		{"", "", nil},
		{"!!", "", nil},
		{"of-the-context", "of-the-request", &pingone.ListEnvironmentsParams{TransactionID: &mine}},
	} {
		ctx := connect.WithTransactionID(t.Context(), test.id)
		if test.params == nil && connect.TransactionID(ctx) != test.want {
			t.Errorf("TransactionID is %q, want %q", connect.TransactionID(ctx), test.want)
		}
		if err := connect.Check(client.ListEnvironments(ctx, test.params)); err != nil {
			t.Fatal(err)
		}
		calls := server.calls()
		header := calls[len(calls)-1].Header
		got := header.Get("X-Ping-External-Transaction-Id")
		if !allowed.MatchString(got) || test.want != "" && got != test.want {
			t.Errorf("%q is sent as %q", test.id, got)
		}
		if header.Get("User-Agent") != "pingkit/1.2X-Evil: 1" || header.Get("X-Evil") != "" {
			t.Errorf("User-Agent %q", header.Get("User-Agent"))
		}
	}
	calls := server.calls()
	if a, b := calls[3].Header, calls[4].Header; a.Get("X-Ping-External-Transaction-Id") == b.Get("X-Ping-External-Transaction-Id") {
		t.Error("two calls bear the same generated id")
	}
	for _, r := range server.log() {
		if strings.HasSuffix(r.Path, "/as/token") && r.Header.Get("X-Ping-External-Transaction-Id") != "Aa0._-/@=#+" {
			t.Errorf("the token was asked for as %q", r.Header.Get("X-Ping-External-Transaction-Id"))
		}
	}
}
