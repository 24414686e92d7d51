//go:build integration && linux

package install_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/testutil/iofault"
)

// mountDeploy mounts a disk on the deploy folder of a synced target, with its
// files. It takes root, or a namespace of one's own.
func (b *bench) mountDeploy(t *testing.T, options string) (dir string) {
	t.Helper()
	dir = filepath.Join(b.dir, deployDir)
	kept := t.TempDir()
	if err := errors.Join(os.CopyFS(kept, os.DirFS(dir)), syscall.Mount("pingkit-test", dir, "tmpfs", 0, options)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if err := os.CopyFS(dir, os.DirFS(kept)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A volume inside the target is upgraded as the rest is, whichever call fails.
func TestIntegrationVolumeInsideTarget(t *testing.T) {
	clean := newBench(t)
	first, second, _ := updates(clean)
	clean.sync(first)
	clean.sync(second)
	want := snapshot(t, clean.dir)
	lockPath := filepath.Join(t.TempDir(), lockfile.DefaultLock)
	if _, err := lockfile.Save(lockPath, second); err != nil {
		t.Fatal(err)
	}
	calls := 1
	for at := 0; at <= calls; at += 13 {
		b := newBench(t)
		b.cache = clean.cache
		b.sync(first)
		dir := b.mountDeploy(t, "size=1m")
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		n, failed, err := b.syncFailing(t, lockPath, iofault.Fault{At: at, Errno: syscall.EIO, On: at%2 == 1})
		if at == 0 {
			calls = n
			if err != nil {
				t.Fatal(err)
			}
		}
		if err == nil {
			same(t, snapshot(t, b.dir), want)
		}
		b.sync(second)
		same(t, snapshot(t, b.dir), want)
		if t.Failed() {
			t.Fatalf("call %d failed: %q, %v", at, failed, err)
		}
	}
	t.Logf("an update makes %d calls", calls)
}

// What a volume cannot take is found before anything is fetched or removed.
func TestIntegrationVolumeThatCannotTake(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(dir string) error
		mend  func(dir string) error
		want  string
	}{
		"read-only": {
			func(dir string) error { return syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "") },
			func(dir string) error { return syscall.Mount("", dir, "", syscall.MS_REMOUNT, "") },
			"read-only file system",
		},
		"full": {
			func(dir string) error {
				err := os.WriteFile(filepath.Join(dir, "filling"), make([]byte, 2<<20), 0o644)
				if errors.Is(err, syscall.ENOSPC) {
					return nil
				}
				return errors.Join(err, errors.New("it is not full"))
			},
			func(dir string) error { return os.Remove(filepath.Join(dir, "filling")) },
			"bytes free",
		},
		"one file is a mount": {
			func(dir string) error {
				jar := filepath.Join(dir, "pf-one-1.0.jar")
				return syscall.Mount(jar, jar, "", syscall.MS_BIND, "")
			},
			func(dir string) error { return syscall.Unmount(filepath.Join(dir, "pf-one-1.0.jar"), 0) },
			"is mounted by itself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			first, second, _ := updates(b)
			b.sync(first)
			dir := b.mountDeploy(t, "size=1m")
			if err := test.spoil(dir); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, b.dir)
			o := b.options(second)
			asked := &counting{Source: o.Source}
			o.Source = asked
			_, err := install.Sync(t.Context(), o)
			if !errors.Is(err, download.ErrDisk) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v", err)
			}
			if len(asked.opened) > 0 {
				t.Errorf("%q were fetched", asked.opened)
			}
			same(t, snapshot(t, b.dir), before)
			if err := test.mend(dir); err != nil {
				t.Fatal(err)
			}
			b.sync(second)
		})
	}
}
