//go:build integration && linux

package lockfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

// A lock that is mounted by itself, as into a container, is written in place, also
// where its folder takes no files. It takes root, or a namespace of one's own.
func TestIntegrationSaveMountedFile(t *testing.T) {
	first := &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: "12.0.1.2.3.4", Layout: "server-profile"}}
	second := &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: "13.0", Layout: "server-profile"}}
	outside := filepath.Join(t.TempDir(), "outside.json")
	dir := t.TempDir()
	path := filepath.Join(dir, lockfile.DefaultLock)
	mount := func(from, to string, flags uintptr) {
		t.Helper()
		if err := syscall.Mount(from, to, "", flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lockfile.Save(outside, first); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	mount(dir, dir, syscall.MS_BIND)
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	mount("", dir, syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY)
	mount(outside, path, syscall.MS_BIND)
	defer syscall.Unmount(path, syscall.MNT_DETACH)
	if changed, err := lockfile.Save(path, second); err != nil || !changed {
		t.Fatalf("changed %t, %v", changed, err)
	}
	for _, p := range []string{path, outside} {
		if l, err := lockfile.Read(p); err != nil || l.Target.Version != "13.0" {
			t.Errorf("%s: %v", p, err)
		}
	}
}
