package install_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox/kits"
)

// A sync that finds something in its way changes nothing at all.
func TestSyncConflicts(t *testing.T) {
	page, jar := templateDir+"pf-one.html", deployDir+"pf-one-1.0.jar"
	for name, test := range map[string]struct {
		prepare func(b *bench)
		path    string
		reason  string
		forced  bool // force gets over it
	}{
		"foreign file":     {func(b *bench) { b.write(page, "own") }, page, "a file that sync did not write", true},
		"folder":           {func(b *bench) { b.write(page+"/x", "own") }, page, "a folder is in its place", false},
		"link":             {func(b *bench) { b.write("x", ""); b.link(page, "../../../../../x") }, page, "a link or special file", true},
		"link to nowhere":  {func(b *bench) { b.link(jar, "nowhere") }, jar, "a link or special file", true},
		"file for folder":  {func(b *bench) { b.write("instance/server/default", "own") }, page, "a part of its path is a file", false},
		"link out":         {func(b *bench) { b.link("instance/server", b.t.TempDir()) }, page, "cannot be entered", false},
		"link up":          {func(b *bench) { b.link("instance", "../..") }, page, "cannot be entered", false},
		"link in a circle": {func(b *bench) { b.link("instance", "instance") }, page, "cannot be entered", false},
		"another version":  {func(b *bench) { b.write(deployDir+"pf-one-0.9.jar", "own") }, deployDir + "pf-one-0.9.jar", "another version of pf-one-1.0.jar, which cannot stand beside it; delete it", false},
		"version by case":  {func(b *bench) { b.write(deployDir+"PF-One-0.9.JAR", "own") }, deployDir + "PF-One-0.9.JAR", "another version of pf-one-1.0.jar", false},
		"version in lib":   {func(b *bench) { b.write(libDir+"pf-one-0.9.jar", "own") }, libDir + "pf-one-0.9.jar", "another version of pf-one-1.0.jar, which cannot stand beside it; exclude the kit's in the manifest", false},
		"without version":  {func(b *bench) { b.write(deployDir+"pf-one.jar", "own") }, deployDir + "pf-one.jar", "another version of pf-one-1.0.jar", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			l := lockOf(b.kit("pf-one", "1.0", nil))
			if err := os.Mkdir(b.dir, 0o755); err != nil {
				t.Fatal(err)
			}
			test.prepare(b)
			before := snapshot(t, b.dir)
			for _, dryRun := range []bool{true, false} {
				o := b.options(l)
				o.DryRun = dryRun
				report, err := install.Sync(t.Context(), o)
				conflict, ok := errors.AsType[*install.ConflictError](err)
				if !ok {
					t.Fatalf("error is %v", err)
				}
				found := false
				for _, c := range conflict.Conflicts {
					found = found || c.Path == test.path && c.Kit == "pf-one 1.0" && strings.Contains(c.Reason, test.reason)
				}
				if !found || !strings.Contains(err.Error(), test.path) {
					t.Errorf("conflicts are %+v", conflict.Conflicts)
				}
				if !dryRun && len(report.Changes) > 0 {
					t.Errorf("changes are %+v", report.Changes)
				}
				same(t, snapshot(t, b.dir), before)
			}
			o := b.options(l)
			o.Force = true
			if _, err := install.Sync(t.Context(), o); (err == nil) != test.forced {
				t.Errorf("by force: %v", err)
			}
			if test.forced {
				if _, err := install.Verify(t.Context(), b.dir, l); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func (b *bench) link(path, to string) {
	b.t.Helper()
	path = filepath.Join(b.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Symlink(to, path); err != nil {
		b.t.Fatal(err)
	}
}

// An edited jar is not left beside its successor: either stays alone.
func TestSyncEditedJarOfEarlierVersion(t *testing.T) {
	b := newBench(t)
	b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
	b.write(deployDir+"pf-one-1.0.jar", "patched")
	second := lockOf(b.kit("pf-one", "2.0", nil))
	before := snapshot(t, b.dir)
	_, err := install.Sync(t.Context(), b.options(second))
	if _, ok := errors.AsType[*install.ConflictError](err); !ok {
		t.Fatalf("error is %v", err)
	}
	same(t, snapshot(t, b.dir), before)
	b.syncForced(second)
	clean := newBench(t)
	clean.sync(lockOf(clean.kit("pf-one", "2.0", nil)))
	same(t, snapshot(t, b.dir), snapshot(t, clean.dir))
}

// Links within the target are the administrator's business and are followed.
func TestSyncThroughLinkInside(t *testing.T) {
	b := newBench(t)
	if err := os.MkdirAll(filepath.Join(b.dir, "real/server"), 0o755); err != nil {
		t.Fatal(err)
	}
	b.link("instance", "real")
	l := lockOf(b.kit("pf-one", "1.0", nil))
	b.sync(l)
	if _, err := os.Stat(filepath.Join(b.dir, "real/server/default/deploy/pf-one-1.0.jar")); err != nil {
		t.Error(err)
	}
	b.sync(lockOf())
	if got := b.files(); len(got) != 1 || got[0] != "instance" {
		t.Errorf("files are %q", got)
	}
}

// Whatever goes wrong before the first change leaves the target as it was.
func TestSyncFailsWithoutTrace(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(b *bench, l *lockfile.Lock)
		is      error
		want    string
	}{
		"not cached":       {func(b *bench, l *lockfile.Lock) { b.cache = b.t.TempDir() }, resolve.ErrNotCached, "pf-one 2.0"},
		"lock and archive": {func(b *bench, l *lockfile.Lock) { l.Kits[0].Files[0].SHA256 = strings.Repeat("0", 64) }, download.ErrIntegrity, "is not the file that the lock says"},
		"no such file":     {func(b *bench, l *lockfile.Lock) { l.Kits[0].Files[0].From = "nothing" }, download.ErrIntegrity, "no such file"},
		"size of archive":  {func(b *bench, l *lockfile.Lock) { l.Kits[0].Size++ }, download.ErrIntegrity, "bytes"},
		"hostile archive": {func(b *bench, l *lockfile.Lock) {
			evil := kits.Hostile("symlink")
			l.Kits[0].Size, l.Kits[0].SHA256 = evil.Size(), evil.SHA256()
			b.put(evil)
		}, kitzip.ErrUnsafe, "pf-one 2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
			before := snapshot(t, b.dir)
			l := lockOf(b.kit("pf-one", "2.0", nil))
			test.prepare(b, l)
			report, err := install.Sync(t.Context(), b.options(l))
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v", err)
			}
			if len(report.Changes) > 0 {
				t.Errorf("changes are %+v", report.Changes)
			}
			same(t, snapshot(t, b.dir), before)
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		b := newBench(t)
		b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
		before := snapshot(t, b.dir)
		ctx, cancel := context.WithCancel(t.Context())
		o := b.options(lockOf(b.kit("pf-one", "2.0", nil)))
		o.Source = cancelling{o.Source, cancel}
		if _, err := install.Sync(ctx, o); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		same(t, snapshot(t, b.dir), before)
	})
}

// put stores an archive in the cache.
func (b *bench) put(archive *kits.Kit) {
	b.t.Helper()
	sum, err := download.ParseDigest(archive.SHA256())
	if err != nil {
		b.t.Fatal(err)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(archive.WriteRange(w, 0, archive.Size())) }()
	if err := download.NewCache(b.cache).Put(b.t.Context(), sum, r); err != nil {
		b.t.Fatal(err)
	}
}

// cancelling is a source during whose work the caller gives up.
type cancelling struct {
	install.Source
	cancel func()
}

func (c cancelling) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	c.cancel()
	return c.Source.Open(ctx, k, dir)
}

func TestSyncReadOnlyTarget(t *testing.T) {
	if os.Geteuid() == 0 {
		// Nothing is read-only for root, except what is no directory at all.
		b := newBench(t)
		if err := os.WriteFile(b.dir, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := install.Sync(t.Context(), b.options(lockOf())); !errors.Is(err, download.ErrDisk) {
			t.Errorf("error is %v", err)
		}
		return
	}
	b := newBench(t)
	if err := os.Mkdir(b.dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if _, err := install.Sync(t.Context(), b.options(lockOf(b.kit("pf-one", "1.0", nil)))); !errors.Is(err, download.ErrDisk) || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error is %v", err)
	}
}

// Two syncs at once work one after the other, or the second gives up.
func TestSyncOneAtATime(t *testing.T) {
	b := newBench(t)
	l := lockOf(b.kit("pf-one", "1.0", nil))
	inside, release := make(chan struct{}), make(chan struct{})
	o := b.options(l)
	o.Source = waiting{o.Source, inside, release}
	done := make(chan error)
	go func() {
		_, err := install.Sync(t.Context(), o)
		done <- err
	}()
	<-inside
	if _, err := install.Sync(t.Context(), b.options(l)); !errorsAs[*install.BusyError](err) {
		t.Errorf("a second sync: %v", err)
	}
	patient := b.options(l)
	patient.Wait = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := install.Sync(ctx, patient); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a sync that runs out of time: %v", err)
	}
	second := make(chan error)
	go func() {
		report, err := install.Sync(t.Context(), patient)
		if err == nil && report.Changed() {
			err = errors.New("the second sync changed something")
		}
		second <- err
	}()
	close(release)
	if err := errors.Join(<-done, <-second); err != nil {
		t.Error(err)
	}
}

func errorsAs[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// waiting is a source that holds a sync up.
type waiting struct {
	install.Source
	inside, release chan struct{}
}

func (w waiting) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	close(w.inside)
	<-w.release
	return w.Source.Open(ctx, k, dir)
}
