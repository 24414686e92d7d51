package connect_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

func read(t *testing.T, asset *connect.Asset, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer asset.Body.Close()
	body, err := io.ReadAll(asset.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Facts 1 and 2: neither another host name nor, which net/http does not see,
// another port of the same one may get the token; the storage refuses it too.
func TestAssetNeverCarriesTheToken(t *testing.T) {
	t.Parallel()
	const object = "PK-the-whole-kit"
	store := newStorage(t, object)
	for name, address := range map[string]string{"other name": store.byName(), "other port of the same name": store.URL} {
		server := newPingOne(t, store.sign(address, "sha256=abc"))
		asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
		if got := read(t, asset, err); got != object {
			t.Errorf("%s: got %q", name, got)
		}
		if asset.Request.URL.RawQuery != "" || asset.Offset != 0 || asset.Size != int64(len(object)) {
			t.Errorf("%s: got query %q, offset %d, size %d", name, asset.Request.URL.RawQuery, asset.Offset, asset.Size)
		}
		want := []connect.AssetDigest{{Source: "PingOne", Value: "sha256=abc"}, {Source: "storage", Value: asset.Header.Get("X-Amz-Meta-Etag")}}
		if !slices.Equal(asset.Digests, want) {
			t.Errorf("%s: digests %v, want %v", name, asset.Digests, want)
		}
	}
	for _, r := range store.log() {
		// Fact 3: the signature covers GET alone.
		if r.Method != http.MethodGet {
			t.Errorf("the storage saw a %s", r.Method)
		}
		for _, name := range []string{"Authorization", "Cookie", "Referer", "X-Ping-External-Transaction-Id"} {
			if r.Header.Get(name) != "" {
				t.Errorf("the storage saw %s: %s", name, r.Header.Get(name))
			}
		}
		if got := r.Header.Get("Accept-Encoding"); got != "" && got != "identity" {
			t.Errorf("Accept-Encoding %q: the digest is that of the object", got)
		}
	}
}

func TestAssetRedirectStatuses(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	for _, code := range []int{301, 302, 303, 307, 308} {
		server := newPingOne(t, status(code, "Location", store.byName()+"/b/k?X-Amz-Signature=s"))
		asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
		if got := read(t, asset, err); got != "kit" {
			t.Errorf("%d: got %q", code, got)
		}
	}
}

// A relative address leads to the API's own host, and still needs no token.
func TestAssetRelativeRedirect(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	server := newPingOne(t, status(307, "Location", "../../../../../../../bucket/kit?X-Amz-Signature=s"))
	server.outside = store.answer
	asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if got := read(t, asset, err); got != "kit" {
		t.Errorf("got %q", got)
	}
}

func TestAssetWithoutRedirect(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Amz-Meta-Etag", "abc")
		_, _ = io.WriteString(w, "kit "+r.Header.Get("Accept-Encoding"))
	})
	asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{From: 2, ETag: `"v1"`})
	if got := read(t, asset, err); got != "kit identity" || asset.Offset != 0 {
		t.Errorf("got %q from %d", got, asset.Offset)
	}
}

func TestAssetRedirectsThatAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := serve(t, answer("kit"))
	var circle *foreign
	circle = serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, circle.URL+"/again?secret=s3cr3tquery", http.StatusFound)
	})
	var hops atomic.Int32
	var long *foreign
	long = serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("%s/%d?secret=s3cr3tquery", long.URL, hops.Add(1)), http.StatusFound)
	})
	for name, location := range map[string]string{
		"none":        "",
		"circle":      circle.URL + "/again?secret=s3cr3tquery",
		"too many":    long.URL + "/0?secret=s3cr3tquery",
		"file":        "file:///etc/passwd?s3cr3tquery",
		"user":        "http://user:s3cr3tquery@" + strings.TrimPrefix(elsewhere.URL, "http://") + "/",
		"not a URL":   "http://[::1?s3cr3tquery",
		"bad port":    "http://host:port/?s3cr3tquery",
		"no host":     "http:///x?s3cr3tquery",
		"other color": "gopher://x/?s3cr3tquery",
	} {
		server := newPingOne(t, status(307, "Location", location))
		_, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
		if e := typed(t, err); e.Temporary() || e.Status/100 != 3 {
			t.Errorf("%s: %+v", name, e)
		}
		silent(t, err.Error(), "s3cr3tquery")
	}
	if n := len(elsewhere.log()); n != 0 {
		t.Errorf("a redirect with a user was followed")
	}
	if n := len(circle.log()); n != 1 {
		t.Errorf("the circle was walked %d times, want 1", n)
	}
	if n := len(long.log()); n != 5 {
		t.Errorf("%d hops, want 5", n)
	}
}

// Fact 4: an expired URL means to ask again, not that a permission is missing.
func TestExpiredURLIsAskedForAgain(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	store.expired["signature-1"] = true
	server := newPingOne(t, store.sign(store.byName(), ""))
	asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if got := read(t, asset, err); got != "kit" {
		t.Errorf("got %q", got)
	}
	for i := range 9 {
		store.expired[fmt.Sprintf("signature-%d", i)] = true
	}
	_, err = server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	e := typed(t, err)
	if e.System != connect.SystemStorage || e.Status != 403 || e.Unauthorized() || e.Code != "AccessDenied" || e.Message != "Request has expired" {
		t.Errorf("got %+v", e)
	}
	silent(t, err.Error(), "signature")
	if n := len(server.calls()); n != 4 {
		t.Errorf("%d requests for the asset, want 4: two each", n)
	}
}

// Fact 5: what is there already is joined only to its own rest.
func TestAssetRange(t *testing.T) {
	t.Parallel()
	const object = "0123456789"
	for name, test := range map[string]struct {
		change func(*storage)
		part   connect.Range
		want   string
		offset int64
	}{
		"rest":                          {nil, connect.Range{From: 4, ETag: `"v1"`}, "456789", 4},
		"range ignored":                 {func(s *storage) { s.ignoresRange = true }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"replaced object":               {func(s *storage) { s.etag = `"v2"` }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"replaced, If-Range ignored":    {func(s *storage) { s.etag = `"v2"`; s.ignoresIfRange = true }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"other part":                    {func(s *storage) { s.shifted = true }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"part that ends before the end": {func(s *storage) { s.short = true }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"part that does not say which":  {func(s *storage) { s.omitsContentRange = true }, connect.Range{From: 4, ETag: `"v1"`}, object, 0},
		"past the end":                  {nil, connect.Range{From: 10, ETag: `"v1"`}, object, 0},
		"no ETag, If-Range ignored":     {func(s *storage) { s.ignoresIfRange = true }, connect.Range{From: 4}, object, 0},
		"weak ETag, If-Range ignored":   {func(s *storage) { s.ignoresIfRange = true }, connect.Range{From: 4, ETag: `W/"v1"`}, object, 0},
		"no ETag anywhere":              {func(s *storage) { s.etag = ""; s.ignoresIfRange = true }, connect.Range{From: 4}, object, 0},
		"nothing there yet":             {nil, connect.Range{ETag: `"v1"`}, object, 0},
		"negative offset is no request": {nil, connect.Range{From: -4, ETag: `"v1"`}, object, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStorage(t, object)
			if test.change != nil {
				test.change(store)
			}
			server := newPingOne(t, store.sign(store.byName(), ""))
			asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", test.part)
			if got := read(t, asset, err); got != test.want || asset.Offset != test.offset || asset.Size != int64(len(object)) {
				t.Errorf("got %q from %d of %d, want %q from %d", got, asset.Offset, asset.Size, test.want, test.offset)
			}
		})
	}
}

// A part that nobody asked for is not taken for the whole.
func TestUnaskedPartIsRefused(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	store.fail = status(206, "Content-Range", "bytes 1-2/3")
	server := newPingOne(t, store.sign(store.byName(), ""))
	_, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if e := typed(t, err); e.Status != 206 || e.Temporary() {
		t.Errorf("got %+v", e)
	}
}

func TestStorageInTrouble(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	server := newPingOne(t, store.sign(store.byName(), ""))
	store.fail = inTurn(status(503), hangUp, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "kit") })
	asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if got := read(t, asset, err); got != "kit" {
		t.Errorf("got %q", got)
	}
	if n := len(server.calls()); n != 1 {
		t.Errorf("%d requests to the API, want 1", n)
	}
}

// Fact 1: the storage's refusal echoes the header; a proxy may add one.
func TestEchoedCredentialsAreRedacted(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	var server *pingOne
	store.fail = func(w http.ResponseWriter, _ *http.Request) {
		s3Error(w, 400, "InvalidArgument", "Only one auth mechanism allowed, not "+server.calls()[0].Header.Get("Authorization"), "")
	}
	server = newPingOne(t, store.sign(store.byName(), ""))
	_, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	e := typed(t, err)
	if e.Code != "InvalidArgument" || e.Message != "Only one auth mechanism allowed, not Bearer [redacted]" {
		t.Errorf("got %q %q", e.Code, e.Message)
	}
}

// Fact 7, for a storage that cannot be reached at all.
func TestUnreachableStorage(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	store.Close()
	server := newPingOne(t, store.sign(store.byName(), ""))
	_, err := server.client(t, connect.WithRetryBudget(0)).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	e := typed(t, err)
	if e.System != connect.SystemStorage || e.Status != 0 || e.Sent || !e.Temporary() || e.TransactionID == "" {
		t.Errorf("got %+v", e)
	}
	silent(t, err.Error(), "signature", "X-Amz")
}

func TestAssetRefusedByTheAPI(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 404, "NOT_FOUND", "NO_ASSET") })
	client := server.client(t)
	_, err := client.OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if e := typed(t, err); e.System != connect.SystemPingOne || !e.NotFound() || e.Details[0].Code != "NO_ASSET" {
		t.Errorf("got %+v", e)
	}
	if _, err := client.OpenAsset(t.Context(), "e", "..", "v", connect.Range{}); err == nil {
		t.Error("an id of dots is sent")
	}
}

// A download that breaks off is told so, and by which system.
func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	store := newStorage(t, "kit")
	store.fail = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "begin")
		w.(http.Flusher).Flush()
		time.Sleep(20 * time.Millisecond)
		panic(http.ErrAbortHandler)
	}
	server := newPingOne(t, store.sign(store.byName(), ""))
	asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
	if err != nil {
		t.Fatal(err)
	}
	defer asset.Body.Close()
	body, err := io.ReadAll(asset.Body)
	if string(body) != "begin" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %q and %v", body, err)
	}
	if e := typed(t, err); e.System != connect.SystemStorage || !e.Temporary() || e.Status != 200 {
		t.Errorf("got %+v", e)
	}
}
