package resolve_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/resolve"
)

// What a lock pins is asked for by its ids, each kit once, however many are
// fetched at a time.
func TestArchivesAskOnce(t *testing.T) {
	const wanted = 8
	b := newBench(t, "")
	var list string
	for i := range wanted {
		b.publish(fmt.Sprintf("Kit %d", i), "1.0", fmt.Sprintf("pf-kit%d", i))
		list += fmt.Sprintf("- {name: Kit %d, version: latest}\n", i)
	}
	l := b.resolve(manifest(t, list), nil, resolve.Options{})

	client, err := connect.NewPingOne(b.sandbox.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	api := func() (*connect.PingOne, error) { return client, nil }
	cat := catalog.New(api, "") // which knows nothing yet
	fresh := &resolve.Archives{Fetcher: download.New(api, download.Options{}), Environment: func(ctx context.Context) (string, error) {
		return cat.EnvironmentID(ctx, "")
	}}
	before := len(b.sandbox.Requests())
	var all sync.WaitGroup
	for i, k := range l.Kits {
		all.Go(func() {
			f, err := fresh.Open(t.Context(), k, filepath.Join(t.TempDir(), fmt.Sprint(i)))
			if err != nil {
				t.Errorf("%s: %v", k, err)
				return
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := map[string]int{}
	for _, r := range b.sandbox.Requests()[before:] {
		got[r.Operation]++
	}
	want := map[string]int{"token": 1, "listEnvironments": 1, "getIntegrationVersionAsset": wanted, "storage": wanted}
	if !maps.Equal(got, want) {
		t.Errorf("the requests are %v, want %v", got, want)
	}
}

// What was downloaded for the lock is what the install reads, although somebody replaced
// the entry of the cache meanwhile: its bytes are not read and hashed a second time.
func TestDownloadIsNotReadAgainFromTheCache(t *testing.T) {
	cache, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	b := newBench(t, cache)
	b.publish("One Kit", "1.0", "pf-one")
	l := b.resolve(manifest(t, "- {name: One Kit, version: latest}"), nil, resolve.Options{})
	sum := l.Kits[0].SHA256
	entry := filepath.Join(cache, "sha256", sum[:2], sum)
	downloaded := only(t, filepath.Join(temp, "pingkit-*", "kit-*", "*"))
	inCache, err := os.Stat(entry)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(downloaded); err != nil || !os.SameFile(info, inCache) {
		t.Errorf("the cache copied the download instead of linking it: %v", err)
	}
	if err := errors.Join(os.Remove(entry), os.WriteFile(entry, []byte("other"), 0o600)); err != nil {
		t.Fatal(err)
	}
	f, err := b.archives.Open(t.Context(), l.Kits[0], t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != sum {
		t.Errorf("the archive has the digest %s, want %s", got, sum)
	}
	if err := b.archives.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(temp, "pingkit-*")); err != nil || len(left) > 0 {
		t.Errorf("after Close %q is left, %v", left, err)
	}
}
