package connect_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/connect"
)

// TestAssetAddressesWithRawCharacters follows redirects whose address holds what
// it should have escaped.
func TestAssetAddressesWithRawCharacters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ location, seen string }{
		"blank in the path":    {"/b/My Kit 1.0.zip?X-Amz-Signature=s", "/b/My%20Kit%201.0.zip?X-Amz-Signature=s"},
		"blank in the query":   {"/b/k?name=My Kit&X-Amz-Signature=s", "/b/k?name=My%20Kit&X-Amz-Signature=s"},
		"letters beyond ASCII": {"/b/k?name=Küche&X-Amz-Signature=s", "/b/k?name=K%C3%BCche&X-Amz-Signature=s"},
		"escaped already":      {"/b/My%20Kit%2F1.zip?a=%2b+c&X-Amz-Signature=s", "/b/My%20Kit%2F1.zip?a=%2b+c&X-Amz-Signature=s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen string
			store := serve(t, func(w http.ResponseWriter, r *http.Request) {
				seen = r.RequestURI
				_, _ = io.WriteString(w, "kit")
			})
			server := newPingOne(t, status(307, "Location", store.byName()+test.location))
			asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
			if got := read(t, asset, err); got != "kit" || seen != test.seen {
				t.Errorf("got %q from %s, want %s", got, seen, test.seen)
			}
		})
	}
}

// TestAssetCompressedOnItsWay undoes a compression that nobody asked for.
func TestAssetCompressedOnItsWay(t *testing.T) {
	t.Parallel()
	const kit = "PK-the-whole-kit"
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, kit)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := b.String()
	for name, test := range map[string]struct {
		encoding, body string
		usable         bool
	}{
		"gzip":                     {"gzip", zipped, true},
		"old name":                 {"X-GZIP", zipped, true},
		"none":                     {"identity", kit, true},
		"only said to be":          {"gzip", kit, true},
		"broken off":               {"gzip", zipped[:len(zipped)-6], false},
		"another":                  {"br", kit, false},
		"twice":                    {"gzip, gzip", zipped, false},
		"damaged from the start":   {"gzip", zipped[:2] + strings.Repeat("x", 30), false},
		"no body behind the words": {"gzip", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", test.encoding)
				_, _ = io.WriteString(w, test.body)
			})
			server := newPingOne(t, status(307, "Location", store.byName()+"/b/k?X-Amz-Signature=s"))
			asset, err := server.client(t).OpenAsset(t.Context(), "e", "i", "v", connect.Range{})
			var got []byte
			if err == nil {
				defer asset.Body.Close()
				got, err = io.ReadAll(asset.Body)
			}
			if !test.usable {
				if e, ok := errors.AsType[*connect.Error](err); !ok || e.System != connect.SystemStorage {
					t.Errorf("got %q, %v", got, err)
				}
				return
			}
			want := kit
			if test.body == "" {
				want = ""
			}
			if err != nil || string(got) != want || asset.Size >= 0 && asset.Size != int64(len(want)) {
				t.Errorf("got %q of %d, %v", got, asset.Size, err)
			}
		})
	}
}
