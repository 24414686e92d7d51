package resolve_test

import (
	"context"
	"example.com/pingkit/internal/resolve"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
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
