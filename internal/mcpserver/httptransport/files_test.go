package httptransport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/tools"
)

// serveFiles serves the sandbox's kits. The clock of the addresses stands still
// until it is moved.
func serveFiles(t *testing.T, publicURL string) (b *bench, clock *time.Time, d *tools.Deps) {
	t.Helper()
	_, d = systems(t)
	files := filesOf(t, publicURL, d)
	now := time.Now()
	clock = &now
	files.now = func() time.Time { return *clock }
	return startWith(t, Options{Authorize: byHeader, PublicURL: publicURL, Files: files}, d), clock, d
}

func filesOf(t *testing.T, publicURL string, d *tools.Deps) *Files {
	t.Helper()
	open := func(ctx context.Context, order download.Order) (*os.File, error) { return tools.OpenKit(ctx, d, order) }
	files, err := NewFiles(BaseURL(publicURL), nil, open, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// get asks the server of the test for what stands at an address of its public
// name.
func (c *caller) get(address, method, byteRange string) (*http.Response, string) {
	c.t.Helper()
	_, path, found := strings.Cut(address, filesPath)
	if !found {
		c.t.Fatalf("%q is no address of a file", address)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, strings.TrimSuffix(c.url, Endpoint)+filesPath+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.name != "" {
		r.Header.Set(callerHeader, c.name)
	}
	if byteRange != "" {
		r.Header.Set("Range", byteRange)
	}
	response := c.do(r)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response, string(body)
}

const publicURL = "https://pingkit.example.com"

const pingID = `{"integration":"PingID Integration Kit"}`

func TestDownloadAddress(t *testing.T) {
	t.Parallel()
	for publicURL, prefix := range map[string]string{
		"https://pingkit.example.com":       "https://pingkit.example.com/files/",
		"https://pingkit.example.com/mcp":   "https://pingkit.example.com/files/",
		"https://example.com/tools/pingkit": "https://example.com/tools/pingkit/files/",
	} {
		b, clock, d := serveFiles(t, publicURL)
		alice, mallory := b.as("alice", modern), b.as("mallory", modern)
		kit := alice.download(pingID)
		if kit.failure != "" || !strings.HasPrefix(kit.DownloadURL, prefix) || !kit.notes("on the server") {
			t.Fatalf("got %+v", kit)
		}
		response, body := alice.get(kit.DownloadURL, http.MethodGet, "")
		if sum := sha256.Sum256([]byte(body)); response.StatusCode != http.StatusOK || hex.EncodeToString(sum[:]) != kit.SHA256 {
			t.Errorf("got %s and %d bytes, want those of %s", response.Status, len(body), kit.SHA256)
		}
		if cache := response.Header.Get("Cache-Control"); cache != "private, no-store" {
			t.Errorf("Cache-Control is %q", cache)
		}
		if response, part := alice.get(kit.DownloadURL, http.MethodGet, "bytes=100-199"); response.StatusCode != http.StatusPartialContent || part != body[100:200] {
			t.Errorf("a part: %s with %d bytes", response.Status, len(part))
		}
		if response, _ := alice.get(kit.DownloadURL, http.MethodHead, ""); response.StatusCode != http.StatusOK || response.ContentLength != kit.Bytes {
			t.Errorf("HEAD: %s with the length %d", response.Status, response.ContentLength)
		}
		// A replica that does not have the file fetches it.
		if err := os.Remove(kit.Path); err != nil {
			t.Fatal(err)
		}
		if response, again := alice.get(kit.DownloadURL, http.MethodGet, ""); response.StatusCode != http.StatusOK || again != body {
			t.Errorf("after the file was removed: %s with %d bytes", response.Status, len(again))
		}
		*clock = clock.Add(linkLifetime - time.Second)
		sealed := strings.TrimPrefix(kit.DownloadURL, prefix)
		for name, try := range map[string]struct {
			as              *caller
			address, method string
			want            int
		}{
			"in time":          {alice, kit.DownloadURL, http.MethodGet, http.StatusOK},
			"another caller":   {mallory, kit.DownloadURL, http.MethodGet, http.StatusForbidden},
			"no authorization": {&caller{bench: b}, kit.DownloadURL, http.MethodGet, http.StatusUnauthorized},
			"tampered":         {alice, prefix + "A" + sealed, http.MethodGet, http.StatusNotFound},
			"cut":              {alice, prefix + sealed[:40], http.MethodGet, http.StatusNotFound},
			"invented":         {alice, prefix + "kit.zip", http.MethodGet, http.StatusNotFound},
			"nothing":          {alice, prefix, http.MethodGet, http.StatusNotFound},
			"the way out":      {alice, prefix + "..%2f..%2fetc%2fpasswd", http.MethodGet, http.StatusNotFound},
			"another method":   {alice, kit.DownloadURL, http.MethodDelete, http.StatusMethodNotAllowed},
		} {
			if response, text := try.as.get(try.address, try.method, ""); response.StatusCode != try.want {
				t.Errorf("%s: %s %.100s", name, response.Status, text)
			}
		}
		*clock = clock.Add(2 * time.Second)
		if response, _ := alice.get(kit.DownloadURL, http.MethodGet, ""); response.StatusCode != http.StatusGone {
			t.Errorf("too late: %s", response.Status)
		}
		// What took the kit's place is not served for it.
		kit = alice.download(pingID)
		if err := os.WriteFile(kit.Path, []byte("something else"), 0o644); err != nil {
			t.Fatal(err)
		}
		if response, text := alice.get(kit.DownloadURL, http.MethodGet, ""); response.StatusCode != http.StatusServiceUnavailable || strings.Contains(text, "something else") {
			t.Errorf("another file: %s %s", response.Status, text)
		}
		if d.Kits.Dir == "" {
			t.Fatal("no directory was used")
		}
	}
}

// TestKitThatCannotBeOpened tells callers who should give up from those who may
// try again.
func TestKitThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(box *sandbox.Sandbox)
		grant  []tools.Scope
		want   int
		text   string
	}{
		"the version was withdrawn": {func(box *sandbox.Sandbox) { box.Withdraw("PingID Integration Kit", "2.12.0") }, tools.Scopes(), http.StatusNotFound, "no version"},
		"its kit is gone": {func(box *sandbox.Sandbox) {
			box.Inject(sandbox.Fault{Operation: "getIntegrationVersionAsset", Status: http.StatusNotFound})
		}, tools.Scopes(), http.StatusNotFound, "no kit for this version"},
		"its kit was replaced": {func(box *sandbox.Sandbox) {
			box.ReplaceKit("PingID Integration Kit", "2.12.0", kits.Sized(1_000_000))
		}, tools.Scopes(), http.StatusGone, "digests"},
		"PingOne is down": {func(box *sandbox.Sandbox) {
			box.Inject(sandbox.Fault{System: sandbox.PingOneAPI, Status: http.StatusServiceUnavailable})
		}, tools.Scopes(), http.StatusServiceUnavailable, "503"},
		"kits are not this caller's any more": {func(*sandbox.Sandbox) {}, []tools.Scope{tools.AppsRead}, http.StatusForbidden, "kits:read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, d := systems(t)
			var grant atomic.Pointer[[]tools.Scope]
			all := tools.Scopes()
			grant.Store(&all)
			authorize := func(next http.Handler) http.Handler {
				return byHeader(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(w, r.WithContext(tools.WithGrant(r.Context(), *grant.Load())))
				}))
			}
			b := startWith(t, Options{Authorize: authorize, PublicURL: publicURL, Files: filesOf(t, publicURL, d)}, d)
			alice := b.as("alice", modern)
			kit := alice.download(`{"integration":"PingID Integration Kit","version":"2.12.0"}`)
			if kit.failure != "" {
				t.Fatal(kit.failure)
			}
			// Another replica has no file of it, and remembers nothing.
			if err := os.Remove(kit.Path); err != nil {
				t.Fatal(err)
			}
			d.Catalog = against(t, box).Catalog
			test.before(box)
			grant.Store(&test.grant)
			if response, text := alice.get(kit.DownloadURL, http.MethodGet, ""); response.StatusCode != test.want || !strings.Contains(text, test.text) {
				t.Errorf("got %s: %.300q", response.Status, text)
			}
		})
	}
}

// TestNoPublicURL has no address to give, but says where the file is.
func TestNoPublicURL(t *testing.T) {
	b, _, _ := serveFiles(t, "")
	kit := b.as("alice", modern).download(pingID)
	if kit.DownloadURL != "" || !kit.notes("on the server") || !strings.HasPrefix(kit.ContentsURI, "pingkit://kits/") || len(kit.links) != 0 {
		t.Errorf("got %+v", kit)
	}
}

// TestReplicasShareAddresses opens an address at another server of the same key.
func TestReplicasShareAddresses(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	key := make([]byte, 32)
	order := download.Order{Environment: "e", Integration: "i", Version: "v", ExpectedSHA256: "s"}
	one, err := NewFiles("https://pingkit.example.com", key, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := one.address(tools.WithCaller(t.Context(), "alice"), order, "kit.zip")
	sealed, _, _ := strings.Cut(strings.TrimPrefix(address, "https://pingkit.example.com"+filesPath), "/")
	for name, test := range map[string]struct {
		key  []byte
		want bool
	}{"same key": {key, true}, "another key": {[]byte(strings.Repeat("x", 32)), false}, "no shared key": {nil, false}} {
		other, err := NewFiles("https://pingkit.example.com", test.key, nil, log)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := other.ticket(sealed); ok != test.want || ok && (got.Order != order || got.Caller != "alice") {
			t.Errorf("%s: %+v, %t", name, got, ok)
		}
	}
}

// TestFurtherPartsNeedNeitherCatalogNorHash counts how often a kit is selected and
// verified, while its file changes.
func TestFurtherPartsNeedNeitherCatalogNorHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kit.zip")
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("0123456789")
	opened := 0
	files, err := NewFiles(publicURL, nil, func(context.Context, download.Order) (*os.File, error) {
		opened++
		return os.Open(path)
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	files.now = func() time.Time { return now }
	server := httptest.NewServer(files)
	defer server.Close()
	ref := download.Order{Integration: "i", Version: "v", ExpectedSHA256: "abc"}
	for _, test := range []struct {
		name        string
		before      func()
		header      map[string]string
		status      int
		body        string
		wantsOpened int
	}{
		{"first part", func() {}, map[string]string{"Range": "bytes=0-3"}, http.StatusPartialContent, "0123", 1},
		{"next part", func() {}, map[string]string{"Range": "bytes=4-", "If-Range": `"abc"`}, http.StatusPartialContent, "456789", 1},
		{"the same ETag", func() {}, map[string]string{"If-None-Match": `"abc"`}, http.StatusNotModified, "", 1},
		{"another ETag", func() {}, map[string]string{"Range": "bytes=4-", "If-Range": `"x"`}, http.StatusOK, "0123456789", 1},
		{"changed in place", func() { write("longer than before") }, nil, http.StatusOK, "longer than before", 2},
		{"expired", func() { now = now.Add(2 * linkLifetime) }, nil, http.StatusOK, "longer than before", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.before()
			address, _ := files.address(t.Context(), ref, "kit.zip")
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+strings.TrimPrefix(address, publicURL), nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			response, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != test.status || string(body) != test.body || response.Header.Get("ETag") != `"abc"` {
				t.Errorf("got %s %q, ETag %s, %v", response.Status, body, response.Header.Get("ETag"), err)
			}
			if opened != test.wantsOpened {
				t.Errorf("the kit was opened %d times, want %d", opened, test.wantsOpened)
			}
		})
	}
}
