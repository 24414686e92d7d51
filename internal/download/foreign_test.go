package download_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
)

// A kit of a foreign server. Its ids are no UUIDs.
var foreignKit = append([]byte("PK\x03\x04"), bytes.Repeat([]byte("foreign bytes "), 20_000)...)

var foreignDigest = func() string {
	sum := sha256.Sum256(foreignKit)
	return hex.EncodeToString(sum[:])
}()

// foreignRequest starts an API and, on another host name, a storage that
// answers the n-th request for the kit by the n-th of answers, the last one for
// all that follow.
func foreignRequest(t *testing.T, answers ...http.HandlerFunc) (*download.Fetcher, download.Request) {
	t.Helper()
	var asked atomic.Int32
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Method != http.MethodGet {
			t.Errorf("the storage was asked by %s with credentials %t", r.Method, r.Header.Get("Authorization") != "")
		}
		answers[min(int(asked.Add(1)), len(answers))-1](w, r)
	}))
	t.Cleanup(storage.Close)
	_, port, err := net.SplitHostPort(storage.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/as/token"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"access_token":"foreign-token","token_type":"Bearer","expires_in":3600}`)
		case r.URL.Path == "/v1/environments/env.1/integrations/17/versions/v 2/asset":
			w.Header().Set("Location", "http://localhost:"+port+"/bucket/object?X-Amz-Signature=secret-of-the-link")
			w.WriteHeader(http.StatusFound)
		default:
			t.Errorf("asked for %s", r.URL)
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(api.Close)
	return fetcherOf(t, connect.PingOneSettings{
			ClientID: "client", ClientSecret: "secret-of-the-client", EnvironmentID: "worker", APIURL: api.URL + "/v1", AuthURL: api.URL,
		}, download.Options{}), download.Request{
			KitID: catalog.KitID{EnvironmentID: "env.1", IntegrationID: "17", VersionID: "v 2", Integration: "Foreign", Version: "2.06"}, Dir: t.TempDir(),
		}
}

// send answers with bytes from..to of the kit, but announces all until the end.
func send(status int, from, to int, header map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("x-amz-meta-etag", foreignDigest)
		if status == http.StatusPartialContent {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(foreignKit)-1, len(foreignKit)))
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(foreignKit)-from))
		for name, value := range header {
			if w.Header().Set(name, value); value == "" {
				w.Header().Del(name)
			}
		}
		w.WriteHeader(status)
		// A body that is shorter than announced breaks the connection.
		if _, err := w.Write(foreignKit[from:to]); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

func TestForeignStorage(t *testing.T) {
	const half = 100_000
	all := len(foreignKit)
	whole := send(http.StatusOK, 0, all, nil)
	broken := send(http.StatusOK, 0, half, nil)
	rest := func(header map[string]string) http.HandlerFunc {
		return send(http.StatusPartialContent, half, all, header)
	}
	other := strings.Repeat("0", 64)
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		asked   int32
	}{
		"at once":                         {[]http.HandlerFunc{whole}, 1},
		"resumed":                         {[]http.HandlerFunc{broken, rest(nil)}, 2},
		"resumed, length unknown":         {[]http.HandlerFunc{broken, rest(map[string]string{"Content-Range": fmt.Sprintf("bytes %d-%d/*", half, all-1)})}, 2},
		"resumed, part without tag":       {[]http.HandlerFunc{broken, rest(map[string]string{"ETag": ""})}, 2},
		"resumed, digest in other form":   {[]http.HandlerFunc{broken, rest(map[string]string{"X-Amz-Meta-Etag": "sha256=" + strings.ToUpper(foreignDigest)})}, 2},
		"resumed, part without digest":    {[]http.HandlerFunc{broken, rest(map[string]string{"X-Amz-Meta-Etag": ""})}, 2},
		"resumed twice":                   {[]http.HandlerFunc{broken, send(http.StatusPartialContent, half, half+5000, nil), send(http.StatusPartialContent, half+5000, all, nil)}, 3},
		"part of another length":          {[]http.HandlerFunc{broken, rest(map[string]string{"Content-Range": fmt.Sprintf("bytes %d-%d/%d", half, all-1, all+9)}), whole}, 3},
		"part of a longer object":         {[]http.HandlerFunc{broken, rest(map[string]string{"Content-Range": fmt.Sprintf("bytes %d-%d/%d", half, all+8, all+9)}), whole}, 3},
		"part that ends early":            {[]http.HandlerFunc{broken, rest(map[string]string{"Content-Range": fmt.Sprintf("bytes %d-%d/%d", half, all-2, all)}), whole}, 3},
		"part with another digest":        {[]http.HandlerFunc{broken, rest(map[string]string{"X-Amz-Meta-Etag": other}), whole}, 3},
		"part with another tag":           {[]http.HandlerFunc{broken, rest(map[string]string{"ETag": `"two"`}), whole}, 3},
		"part from elsewhere":             {[]http.HandlerFunc{broken, send(http.StatusPartialContent, 0, all, nil), whole}, 3},
		"part without a range":            {[]http.HandlerFunc{broken, rest(map[string]string{"Content-Range": ""}), whole}, 3},
		"parts that do not make the kit":  {[]http.HandlerFunc{broken, garbled(half), whole}, 3},
		"no parts after such parts":       {[]http.HandlerFunc{broken, garbled(half), broken, onlyWhole(t, whole)}, 4},
		"a range that cannot be had":      {[]http.HandlerFunc{broken, refusal(http.StatusRequestedRangeNotSatisfiable), whole}, 3},
		"partial though all was asked":    {[]http.HandlerFunc{send(http.StatusPartialContent, 0, all, nil), whole}, 1},
		"refused with an echo, then good": {[]http.HandlerFunc{refusal(http.StatusForbidden), refusal(http.StatusBadRequest), whole}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			answers := make([]http.HandlerFunc, len(test.answers))
			for i, answer := range test.answers {
				answers[i] = func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					answer(w, r)
				}
			}
			fetcher, request := foreignRequest(t, answers...)
			result, err := fetcher.Fetch(deadline(t), request, nil)
			if name == "partial though all was asked" {
				if !errors.Is(err, download.ErrUnavailable) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if result.SHA256 != foreignDigest || sumOf(t, result.Path) != foreignDigest {
				t.Errorf("%+v", result)
			}
			if got := asked.Load(); got != test.asked {
				t.Errorf("the storage was asked %d times, want %d", got, test.asked)
			}
		})
	}
}

func onlyWhole(t *testing.T, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			t.Errorf("a part was asked for: %q", r.Header.Get("Range"))
		}
		answer(w, r)
	}
}

// garbled is a part with the right header and other bytes.
func garbled(from int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(foreignKit)-1, len(foreignKit)))
		w.WriteHeader(http.StatusPartialContent)
		if _, err := w.Write(bytes.Repeat([]byte("x"), len(foreignKit)-from)); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// refusal is a storage's error that echoes what must not be shown.
func refusal(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<?xml version=\"1.0\"?>\n<Error><Code>Refused</Code><Message>No: %s</Message></Error>", r.URL)
	}
}

func TestForeignFailures(t *testing.T) {
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		kind    error
	}{
		"neither parts nor the whole make the kit": {[]http.HandlerFunc{
			send(http.StatusOK, 0, 100_000, nil), garbled(100_000), send(http.StatusOK, 0, 100_000, map[string]string{"Content-Length": "100000"}),
		}, download.ErrIntegrity},
		"always refused":  {[]http.HandlerFunc{refusal(http.StatusForbidden)}, download.ErrUnavailable},
		"nothing":         {[]http.HandlerFunc{refusal(http.StatusNoContent)}, download.ErrUnavailable},
		"always in parts": {[]http.HandlerFunc{send(http.StatusPartialContent, 0, 10, nil)}, download.ErrUnavailable},
		"never all of it": {[]http.HandlerFunc{send(http.StatusOK, 0, 600, map[string]string{"ETag": ""})}, download.ErrUnavailable},
		"a proxy's page":  {[]http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><title>Blocked</title>") }}, download.ErrIntegrity},
		"too long for its announcement": {[]http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("x-amz-meta-etag", foreignDigest)
			if _, err := w.Write(append(bytes.Clone(foreignKit), "more"...)); err != nil {
				panic(http.ErrAbortHandler)
			}
		}}, download.ErrIntegrity},
	} {
		t.Run(name, func(t *testing.T) {
			fetcher, request := foreignRequest(t, test.answers...)
			_, err := fetcher.Fetch(deadline(t), request, nil)
			if !errors.Is(err, test.kind) {
				t.Errorf("the error is %v", err)
			}
			if strings.Contains(fmt.Sprint(err), "secret-of") {
				t.Errorf("%q holds a secret", err)
			}
			b := bench{dir: request.Dir}
			b.holds(t)
		})
	}
}
