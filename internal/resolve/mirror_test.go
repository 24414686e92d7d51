package resolve_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

func TestMirror(t *testing.T) {
	b := newBench(t, "")
	b.publish("One Kit", "1.0", "pf-one")
	b.publish("Two Kit", "1.0", "pf-two")
	l := b.resolve(manifest(t, "- {name: One Kit, version: latest}\n- {name: Two Kit, version: latest}"), nil, resolve.Options{})
	if err := b.archives.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "mirror")
	for i, copied := range []bool{true, false} {
		requests := len(b.sandbox.Requests())
		mirrored, err := resolve.Mirror(t.Context(), dir, l, b.archives)
		if err != nil {
			t.Fatal(err)
		}
		for j, m := range mirrored {
			if m.Copied != copied || m.SHA256 != l.Kits[j].SHA256 || m.Kit != l.Kits[j].String() {
				t.Errorf("run %d: %+v", i, m)
			}
		}
		if !copied && len(b.sandbox.Requests()) != requests {
			t.Error("a complete mirror makes requests")
		}
	}
	if err := lockfile.Check(manifest(t, "- {name: One Kit, version: latest}\n- {name: Two Kit, version: latest}"), mustRead(t, filepath.Join(dir, lockfile.DefaultLock))); err != nil {
		t.Error(err)
	}
	offline := &resolve.Archives{Cache: download.NewCache(dir), Offline: true}
	for _, k := range l.Kits {
		f, err := offline.Open(t.Context(), k, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || int64(len(got)) != k.Size {
			t.Errorf("%s: %d bytes, %v", k, len(got), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	others := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			others++
		}
		return err
	})
	if err != nil || others != 3 {
		t.Errorf("the mirror has %d files, %v; want two kits and the lock", others, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "sha256")); err != nil {
		t.Fatal(err)
	}
	if _, err := offline.Open(t.Context(), l.Kits[0], t.TempDir()); !errors.Is(err, resolve.ErrNotCached) {
		t.Errorf("without the kit: %v", err)
	}
}

// An archive that changed on its way into the mirror is no failure of the disk,
// and leaves nothing there.
func TestMirrorOfChangedArchive(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	b := newBench(t, "")
	b.publish("One Kit", "1.0", "pf-one")
	l := b.resolve(manifest(t, "- {name: One Kit, version: latest}"), nil, resolve.Options{})
	downloaded := only(t, filepath.Join(os.TempDir(), "pingkit-*", "kit-*", "*"))
	if err := os.WriteFile(downloaded, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := resolve.Mirror(t.Context(), dir, l, b.archives); !errors.Is(err, download.ErrIntegrity) || errors.Is(err, download.ErrDisk) {
		t.Errorf("error is %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the mirror holds %v, %v", left, err)
	}
}

// A mirror that cannot be completed tells every kit that is missing.
func TestMirrorTellsAll(t *testing.T) {
	var l lockfile.Lock
	for i, name := range []string{"One Kit", "Two Kit"} {
		l.Kits = append(l.Kits, lockfile.Kit{Name: name, Version: "1.0", SHA256: fmt.Sprintf("%064x", i+1)})
	}
	_, err := resolve.Mirror(t.Context(), t.TempDir(), &l, &resolve.Archives{Offline: true})
	if !errors.Is(err, resolve.ErrNotCached) {
		t.Fatalf("error is %v", err)
	}
	for _, k := range l.Kits {
		if !bytes.Contains([]byte(err.Error()), []byte(k.String())) {
			t.Errorf("%s is not told: %v", k, err)
		}
	}
}
