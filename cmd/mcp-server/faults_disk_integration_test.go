//go:build integration && faults

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// These tests mount a small disk in memory, which takes the rights to do so: root,
// or a namespace of one's own (unshare --user --map-root-user --mount).

const (
	pageBytes = 4096
	diskBytes = 512 * pageBytes
	diskCall  = `{"integration":"PingID Integration Kit","version":"2.15.0","extract":true}`
)

// smallDisk mounts a disk.
func smallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("pingkit-test", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskBytes)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves so many pages of the disk.
func fill(t *testing.T, dir string, free int) (file string) {
	t.Helper()
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "filling")
	if err := os.WriteFile(file, make([]byte, (int(disk.Bavail)-free)*pageBytes), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestIntegrationFaultsDiskFull has the disk become full at each page of a
// download and of its unpacking: what is left is the whole verified file or
// nothing, the model is told, and with more room the same call works.
func TestIntegrationFaultsDiskFull(t *testing.T) {
	box := newSandbox(t)
	kit := box.Kit(sandbox.PingIDKit, "2.15.0").Bytes()
	failed, kept, done := 0, 0, 0
	for free := 0; done < 3; free++ {
		if free > 400 {
			t.Fatal("no room is enough")
		}
		dir := smallDisk(t)
		filling := fill(t, dir, free)
		h := &here{process: against(t, box, "PINGKIT_DOWNLOAD_DIR="+dir).greet(modern, "{}"), box: box, downloads: dir}
		a := h.call("download_asset", diskCall)
		if err := os.Remove(filling); err != nil {
			t.Fatal(err)
		}
		left := filesIn(t, dir)
		switch {
		case !a.IsError:
			done++
		case strings.Contains(a.text(), "was downloaded to"):
			kept++
			if got, err := os.ReadFile(left[0]); len(left) != 1 || err != nil || !bytes.Equal(got, kit) {
				t.Errorf("%v is left after %s", left, a.text())
			}
		default:
			failed++
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("%v is left after %s", entries, a.text())
			}
		}
		if a.IsError {
			h.plainError(a)
			if !strings.Contains(a.text(), "no space left") {
				t.Errorf("it does not say why: %s", a.text())
			}
		}
		h.ok("download_asset", diskCall, new(json.RawMessage))
		if t.Failed() {
			t.Fatalf("with room for %d pages", free)
		}
	}
	t.Logf("full %d times in the archive, %d times in what was unpacked", failed, kept)
	if failed < 3 || kept < 3 {
		t.Error("the disk was hardly ever full")
	}
}

// TestIntegrationFaultsReadOnlyDisk downloads to a disk that may only be read.
func TestIntegrationFaultsReadOnlyDisk(t *testing.T) {
	box := newSandbox(t)
	dir := smallDisk(t)
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|flags, fmt.Sprintf("size=%d", diskBytes)); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	h := &here{process: against(t, box, "PINGKIT_DOWNLOAD_DIR="+dir).greet(modern, "{}"), box: box, downloads: dir}
	a := h.call("download_asset", diskCall)
	if !a.IsError || !strings.Contains(a.text(), "read-only") {
		t.Errorf("the answer is %s", a.text())
	}
	h.plainError(a)
	h.ok("list_versions", `{"integration":"PingID Integration Kit"}`, new(json.RawMessage))
	remount(0)
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	h.ok("download_asset", diskCall, new(json.RawMessage))
	remount(syscall.MS_RDONLY)
	h.ok("download_asset", diskCall, new(json.RawMessage)) // what is there is used as it is
}
