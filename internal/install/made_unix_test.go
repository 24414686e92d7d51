//go:build unix

package install_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/pingkit/internal/install"
)

// The target gets the mode asked for, and what is missing above it no more than
// the process's mask leaves.
func TestModesOfNewTarget(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	dir := memoryDir(t)
	if err := install.MakeTarget(filepath.Join(dir, "a", "b", "target"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"a": 0o700, "a/b": 0o700, "a/b/target": 0o755} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v (%v), want %v", name, info.Mode().Perm(), err, want)
		}
	}
}

// The folder that is made is the one that is locked and written to, however its
// path is put.
func TestPathsOfNewTarget(t *testing.T) {
	for path, want := range map[string]string{
		"/a/target/": "a/target", "/a//target/.//": "a/target", "/a/../target": "target", "/a/..": ".",
		"/link/../target": "elsewhere/target", "/link/../a/target": "elsewhere/a/target",
	} {
		b := newBench(t)
		dir := filepath.Dir(b.dir)
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "elsewhere", "in"), 0o755), os.Symlink("elsewhere/in", filepath.Join(dir, "link"))); err != nil {
			t.Fatal(err)
		}
		o := b.options(lockOf(b.kit("pf-one", "1.0", nil)))
		o.Dir = dir + path
		if _, err := install.Sync(t.Context(), o); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, want, deployDir, "pf-one-1.0.jar")); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Whoever may write above the target can put a link in its place at the moment it
// is made. What that leads to keeps its mode.
func TestNewTargetIsSwappedForLink(t *testing.T) {
	above, victim := memoryDir(t), t.TempDir()
	if err := os.Chmod(victim, 0o700); err != nil {
		t.Fatal(err)
	}
	dir, aside := filepath.Join(above, "target"), filepath.Join(above, "aside")
	for attempt := range 3000 {
		stop, done := make(chan struct{}), make(chan error)
		go func() {
			for os.Rename(dir, aside) != nil {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
			}
			done <- os.Symlink(victim, dir)
		}()
		made := install.MakeTarget(dir, 0o770)
		close(stop)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(victim)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Fatalf("attempt %d gave what a link leads to the mode %v (%v)", attempt, info.Mode().Perm(), made)
		}
		if err := errors.Join(os.RemoveAll(dir), os.RemoveAll(aside)); err != nil {
			t.Fatal(err)
		}
	}
}
