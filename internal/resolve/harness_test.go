package resolve_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// bench is a sandbox with what works against it.
type bench struct {
	t        *testing.T
	sandbox  *sandbox.Sandbox
	archives *resolve.Archives
	resolver *resolve.Resolver
	fetched  atomic.Int64 // bytes of the last progress event
}

func newBench(t *testing.T, cacheDir string) *bench {
	t.Helper()
	b := &bench{t: t, sandbox: sandboxtest.New(t, sandbox.Options{})}
	client, err := connect.NewPingOne(b.sandbox.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	api := func() (*connect.PingOne, error) { return client, nil }
	cat := catalog.New(api, "")
	cache := download.NewCache(cacheDir)
	b.archives = &resolve.Archives{
		Cache: cache, Fetcher: download.New(api, download.Options{Cache: cache}),
		Environment: func(ctx context.Context) (string, error) { return cat.EnvironmentID(ctx, "") },
		Progress:    func(p download.Progress) { b.fetched.Store(p.Done) },
	}
	b.resolver = &resolve.Resolver{Catalog: cat, Archives: b.archives}
	t.Cleanup(func() {
		if err := b.archives.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// publish puts a kit into the catalog: a jar of the base name and version.
func (b *bench) publish(name, number, base string, more ...string) {
	b.sandbox.Publish(sandbox.Publication{Integration: name, Number: number, Kit: kits.Build(kits.Contents{
		Base: base, Version: number, Layout: kits.LayoutProductTree, Top: base, Jars: append([]string{base + "-adapter " + number}, more...),
		Templates: []string{base + ".html"}, Sample: true,
	})})
}

func (b *bench) resolve(m *lockfile.Manifest, old *lockfile.Lock, o resolve.Options) *lockfile.Lock {
	b.t.Helper()
	r, err := b.resolver.Resolve(b.t.Context(), m, old, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Lock
}

// manifest reads the kits of a kits.yaml for PingFederate 13.0.3.
func manifest(t *testing.T, kits string) *lockfile.Manifest {
	t.Helper()
	m, err := lockfile.ParseManifest("kits.yaml", []byte("apiVersion: pingkit/v1\ntarget: {version: 13.0.3}\nkits:\n"+kits))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// only returns the one path that a pattern matches.
func only(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) != 1 {
		t.Errorf("%s: %q, %v", pattern, paths, err)
		return ""
	}
	return paths[0]
}

// save writes a lock into a new directory.
func save(t *testing.T, l *lockfile.Lock) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), lockfile.DefaultLock)
	if _, err := lockfile.Save(path, l); err != nil {
		t.Fatal(err)
	}
	return path
}

func encode(t *testing.T, l *lockfile.Lock) []byte {
	t.Helper()
	data, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
