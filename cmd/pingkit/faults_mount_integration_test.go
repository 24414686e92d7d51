//go:build integration && linux

package main

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// These tests mount small disks in memory, which takes the rights to do so: root,
// or a namespace of one's own (unshare --user --map-root-user --mount).

// A disk that becomes full at any byte: in the archive, in an unpacked file, in a
// folder, in the lock, in the journal or in the receipt. Nothing is half done, and
// with more room the same command succeeds.
func TestIntegrationDiskFull(t *testing.T) {
	for _, c := range rehearsed(t, "kits") {
		t.Run(c.name, func(t *testing.T) {
			failed, done := 0, 0
			for pages := 0; done < 3; pages++ {
				if pages > 200 {
					t.Fatal("it does not succeed with any room")
				}
				g := c.mounted(t)
				g.fill(t, pages)
				o := g.run(t, append(slices.Clone(c.args), "--output", "json")...)
				if o.code == exitDone {
					done++
				} else {
					failed++
				}
				c.checkDisk(t, g, o, func() { g.check(t, os.Remove(g.path("filling"))) })
				if t.Failed() {
					t.Fatalf("with room for %d pages", pages)
				}
				g.unmount(t)
			}
			t.Logf("the disk was full %d times", failed)
			if failed < 3 {
				t.Error("the disk was hardly ever full")
			}
		})
	}
}

// A disk that may only be read: what writes fails and changes nothing, what finds
// all as it should be works.
func TestIntegrationReadOnlyDisk(t *testing.T) {
	for _, c := range rehearsed(t, "kits") {
		t.Run(c.name, func(t *testing.T) {
			g := c.mounted(t)
			args := append(slices.Clone(c.args), "--output", "json")
			before := snapshotOf(t, g.root)
			g.remount(t, syscall.MS_RDONLY)
			o := g.run(t, args...)
			if o.code != exitDisk {
				t.Errorf("want exit code %d: %s", exitDisk, o)
			}
			if changed := snapshotOf(t, g.root).differences(before); changed != "" {
				t.Error(changed)
			}
			c.checkDisk(t, g, o, func() { g.remount(t, 0) })
			if c.name == "pull" {
				return // it asks PingOne each time, and writes nothing
			}
			seen := len(g.Requests())
			g.remount(t, syscall.MS_RDONLY)
			g.must(t, args...)
			if asked := len(g.Requests()) - seen; asked != 0 {
				t.Errorf("%d requests were made", asked)
			}
		})
	}
}

// diskSize is more than any command needs.
const diskSize = 2 << 20

// mounted makes the stage of a command on a disk of its own, with all folders.
func (c *column) mounted(t *testing.T) *stage {
	t.Helper()
	g := startStage(t, sandbox.Options{})
	g.check(t, syscall.Mount("pingkit-test", g.root, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)))
	t.Cleanup(func() { g.unmount(t) })
	for _, dir := range []string{"work", "home", "temp", "cache"} {
		g.check(t, os.Mkdir(g.path(dir), 0o755))
	}
	g.connect(t, g.Sandbox)
	c.arrive(t, g)
	return g
}

// unmount gives the disk back, unless that was done.
func (g *stage) unmount(t *testing.T) {
	t.Helper()
	if err := syscall.Unmount(g.root, 0); err != nil && err != syscall.EINVAL {
		t.Error(err)
	}
}

func (g *stage) remount(t *testing.T, flags uintptr) {
	t.Helper()
	g.check(t, syscall.Mount("", g.root, "", syscall.MS_REMOUNT|flags, fmt.Sprintf("size=%d", diskSize)))
}

// fill leaves so many pages of the disk free.
func (g *stage) fill(t *testing.T, pages int) {
	t.Helper()
	var disk syscall.Statfs_t
	g.check(t, syscall.Statfs(g.root, &disk))
	f, err := os.Create(g.path("filling"))
	g.check(t, err)
	block := make([]byte, disk.Bsize)
	for range int(disk.Bavail) - pages {
		if _, err := f.Write(block); err != nil {
			break // folders and names take room as well
		}
	}
	g.check(t, f.Close())
}
