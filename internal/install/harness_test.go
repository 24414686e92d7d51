package install_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox/kits"
)

// bench is a target, and a cache that holds the kits for it.
type bench struct {
	t     testing.TB
	dir   string // of the target
	cache string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	dir := memoryDir(t)
	return &bench{t: t, dir: filepath.Join(dir, "target"), cache: filepath.Join(dir, "cache")}
}

// memoryDir is a directory that is quick where the system has one: a kill, unlike
// a loss of power, does not ask what has reached the disk.
func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "pingkit-test-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// contents describes a kit in layout A of that name: a jar, a template and a
// style sheet, and what edit changes.
func contents(name, number string, edit func(*kits.Contents)) kits.Contents {
	c := kits.Contents{
		Base: name, Version: number, Layout: kits.LayoutProductTree, Top: name + "-" + number, Jars: []string{name + " " + number},
		Templates: []string{name + ".html"}, Assets: []string{"css/" + name + ".css"},
	}
	if edit != nil {
		edit(&c)
	}
	return c
}

// kit puts an archive into the cache and locks it.
func (b *bench) kit(name, number string, edit func(*kits.Contents)) lockfile.Kit {
	b.t.Helper()
	return b.archive(name, number, kits.Build(contents(name, number, edit)))
}

func (b *bench) archive(name, number string, archive *kits.Kit) lockfile.Kit {
	b.t.Helper()
	var data bytes.Buffer
	if err := archive.WriteRange(&data, 0, archive.Size()); err != nil {
		b.t.Fatal(err)
	}
	sum, err := download.ParseDigest(archive.SHA256())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := download.NewCache(b.cache).Put(b.t.Context(), sum, bytes.NewReader(data.Bytes())); err != nil {
		b.t.Fatal(err)
	}
	a, err := kitzip.OpenReader(bytes.NewReader(data.Bytes()), archive.Size())
	if err != nil {
		b.t.Fatal(err)
	}
	digests, err := a.Verify(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	placement, err := a.Place(kitzip.PlaceOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	k := lockfile.Kit{
		Name: name, IntegrationID: "id-" + name, Constraint: "latest", Version: number, VersionID: "id-" + name + "-" + number,
		Size: archive.Size(), SHA256: archive.SHA256(), Layout: string(a.Layout()),
	}
	for _, f := range placement.Files {
		k.Files = append(k.Files, lockfile.File{Path: f.To, From: f.From, Size: f.Size, SHA256: digests[f.From]})
	}
	return k
}

func lockOf(kits ...lockfile.Kit) *lockfile.Lock {
	return &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: "13.0.3", Layout: "server-profile"}, Kits: kits}
}

// options are those of a sync that asks nobody but the cache.
func (b *bench) options(l *lockfile.Lock) install.Options {
	return install.Options{Dir: b.dir, Lock: l, Source: &resolve.Archives{Cache: download.NewCache(b.cache), Offline: true}, Wait: -1}
}

func (b *bench) sync(l *lockfile.Lock) *install.Report {
	b.t.Helper()
	report, err := install.Sync(b.t.Context(), b.options(l))
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

func (b *bench) syncForced(l *lockfile.Lock) *install.Report {
	b.t.Helper()
	o := b.options(l)
	o.Force = true
	report, err := install.Sync(b.t.Context(), o)
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

// write makes a file of the target, as a person would.
func (b *bench) write(path, text string) {
	b.t.Helper()
	path = filepath.Join(b.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) remove(path string) {
	b.t.Helper()
	if err := os.RemoveAll(filepath.Join(b.dir, path)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) read(path string) string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, path))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

// snapshot describes everything below a directory: folders, files with their
// modes and digests, and links.
func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		what := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			what += fmt.Sprintf(" %x", sha256.Sum256(data))
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			what += " " + to
		}
		all[filepath.ToSlash(name)] = what
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const receipt = ".pingkit-receipt.json"

// files lists the files below the target, without the receipt.
func (b *bench) files() []string {
	b.t.Helper()
	var files []string
	for name, what := range snapshot(b.t, b.dir) {
		if what[0] != 'd' && name != receipt {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return files
}

// same tells how two snapshots differ.
func same(t testing.TB, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s is %q; want %q", name, got[name], want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s (%s) should not be there", name, got[name])
		}
	}
}

// counting is a source that counts what it is asked for.
type counting struct {
	install.Source
	opened []string
}

func (c *counting) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	c.opened = append(c.opened, k.Name)
	return c.Source.Open(ctx, k, dir)
}

const (
	deployDir   = "instance/server/default/deploy/"
	libDir      = "instance/server/default/lib/"
	templateDir = "instance/server/default/conf/template/"
	cssDir      = templateDir + "assets/css/"
)
