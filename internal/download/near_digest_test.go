package download

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
)

// The digests of these two begin with the same four bytes and end with the same
// two. An attacker finds such a pair in seconds.
const (
	wanted = "part 99b9e633a20c"
	forged = "part 82f297281226"
)

// TestDigestsAreComparedWhole passes off forged bytes as the wanted ones,
// everywhere that this package compares digests.
func TestDigestsAreComparedWhole(t *testing.T) {
	want, near := Sum(sha256.Sum256([]byte(wanted))), Sum(sha256.Sum256([]byte(forged)))
	if want == near || want.String()[:8] != near.String()[:8] || want.String()[60:] != near.String()[60:] {
		t.Fatalf("%s and %s are not alike", want, near)
	}
	errAsked := errors.New("PingOne was asked")
	request := Request{
		KitID:    catalog.KitID{EnvironmentID: "e", IntegrationID: "i", VersionID: "v", Integration: "kit", Version: "1"},
		FileName: "kit.zip", ExpectedSHA256: want.String(),
	}
	for name, check := range map[string]func(t *testing.T, c *Cache, f *Fetcher) error{
		"bytes and what was promised": func(*testing.T, *Cache, *Fetcher) error { return mismatch(near, []expectedDigest{{"x", want}}) },
		"two sources":                 func(*testing.T, *Cache, *Fetcher) error { return disagree([]expectedDigest{{"x", want}, {"y", near}}) },
		"two answers about a part": func(*testing.T, *Cache, *Fetcher) error {
			if sameSums([]expectedDigest{{"x", want}}, []expectedDigest{{"x", near}}) {
				return nil
			}
			return errAsked
		},
		"what enters the cache": func(t *testing.T, c *Cache, _ *Fetcher) error {
			return c.Put(t.Context(), want, strings.NewReader(forged))
		},
		"what the cache opens": func(t *testing.T, c *Cache, _ *Fetcher) error {
			plant(t, c.path(want))
			entry, err := c.Open(t.Context(), want)
			if err == nil {
				err = entry.Close()
			}
			return err
		},
		"what a download takes from the cache": func(t *testing.T, c *Cache, f *Fetcher) error {
			plant(t, c.path(want))
			r := request
			r.Dir = t.TempDir()
			_, err := f.Fetch(t.Context(), r, nil)
			return err
		},
		"a file of the name": func(t *testing.T, _ *Cache, f *Fetcher) error {
			r := request
			r.Dir = t.TempDir()
			plant(t, filepath.Join(r.Dir, r.FileName))
			_, err := f.Fetch(t.Context(), r, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			cache := NewCache(t.TempDir())
			f := New(func() (*connect.PingOne, error) { return nil, errAsked }, Options{Cache: cache})
			err := check(t, cache, f)
			if !errors.Is(err, ErrIntegrity) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrExists) && !errors.Is(err, errAsked) {
				t.Errorf("forged bytes pass: %v", err)
			}
		})
	}
}

func plant(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(forged), 0o644); err != nil {
		t.Fatal(err)
	}
}
