//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// withKits makes a stage with the command's working directory; warm says that its
// kits are in the cache already.
func (c *column) withKits(t *testing.T, warm bool) *stage {
	t.Helper()
	g := startStage(t, sandbox.Options{})
	c.arrive(t, g)
	if warm {
		g.must(t, c.args...)
		g.check(t, os.RemoveAll(g.work))
		c.arrive(t, g)
	}
	return g
}

// checkDisk checks a run on a disk that may not have taken all, and that it works
// as ever when mend has put that right.
func (c *column) checkDisk(t *testing.T, g *stage, o outcome, mend func()) {
	t.Helper()
	checkOutput(t, o)
	if o.code != exitDone && o.code != exitDisk {
		t.Errorf("want exit code %d, or %d where it took enough", exitDisk, exitDone)
	}
	c.checkFiles(t, g, o)
	if t.Failed() {
		t.Logf("%s: %s", c.args, o)
	}
	mend()
	c.meetNone(t, g, append(slices.Clone(c.args), "--output", "json"), false)
}

// A limit on the size of files fails a write as a full disk does, in the middle
// of any file: an archive, an unpacked jar, a lock, a receipt.
func TestFilesThatMayNotGrow(t *testing.T) {
	for _, c := range rehearsed(t, "kits") {
		for _, warm := range []bool{false, true} {
			for _, blocks := range []int{0, 1, 2, 4, 8, 16, 32} { // of 512 bytes, or 1,024 in some shells
				t.Run(fmt.Sprintf("%s, warm %t, %d blocks", c.name, warm, blocks), func(t *testing.T) {
					t.Parallel()
					g := c.withKits(t, warm)
					script := "ulimit -f " + strconv.Itoa(blocks) + ` && exec pingkit "$@"`
					o := g.runProgram(t, "sh", slices.Concat([]string{"-c", script, "sh"}, c.args, []string{"--output", "json"})...)
					if blocks == 0 && o.code != exitDisk {
						t.Errorf("no file can be written, and the exit code is %d", o.code)
					}
					c.checkDisk(t, g, o, func() {})
				})
			}
		}
	}
}

// Folders that may not be written: of the kits, of the target, of the lock, of
// the cache, for temporary files.
func TestFoldersThatMayNotBeWritten(t *testing.T) {
	program := copyProgram(t, openDirectory(t))
	for _, c := range rehearsed(t, "kits") {
		for name, test := range map[string]struct {
			denied []string
			args   []string
			want   int
		}{
			"cache":               {[]string{"cache"}, nil, exitDone},
			"temporary":           {[]string{"temp"}, nil, exitDone},
			"temporary, no cache": {[]string{"temp"}, []string{"--cache-dir", ""}, -1},
			"working directory":   {[]string{"work", "work/t", "work/m", "work/m/sha256"}, nil, exitDisk},
			"all":                 {[]string{"work", "work/t", "work/m", "work/m/sha256", "cache", "temp"}, nil, exitDisk},
		} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				t.Parallel()
				g := c.withKits(t, false)
				g.giveAway(t)
				for _, dir := range test.denied {
					g.chmod(t, dir, 0o555)
				}
				args := slices.Concat(c.args, test.args, []string{"--output", "json"})
				o := g.runAsOther(t, program, args...)
				want := test.want
				if want < 0 { // only the making of a lock takes a temporary folder
					want = exitDone
					if slices.Contains(c.units, "kits.lock.json") {
						want = exitDisk
					}
				}
				if o.code != want {
					t.Errorf("want exit code %d: %s", want, o)
				}
				checkOutput(t, o)
				c.checkFiles(t, g, o)
				for _, dir := range test.denied {
					g.chmod(t, dir, 0o777)
				}
				if again := g.runAsOther(t, program, args...); again.code != exitDone {
					t.Errorf("after it was allowed: %s", again)
				}
				if left := snapshotOf(t, g.work).differences(c.done); left != "" {
					t.Errorf("after it was allowed:\n%s", left)
				}
			})
		}
	}
}

// Files that may not be read: the lock, the manifest, an installed file, the
// receipt.
func TestFilesThatMayNotBeRead(t *testing.T) {
	program := copyProgram(t, openDirectory(t))
	const jar = "t/instance/server/default/deploy/pf-pingid-pcv-2.6.0.jar"
	for _, c := range rehearsed(t, "kits") {
		for _, file := range []string{"kits.yaml", "kits.lock.json", "t/.pingkit-receipt.json", jar} {
			if _, there := c.before[file]; !there || strings.HasPrefix(file, "t/") && !slices.Contains(c.units, "t") {
				continue
			}
			t.Run(c.name+", "+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				g := c.withKits(t, false)
				g.giveAway(t)
				g.check(t, os.Chmod(filepath.Join(g.work, file), 0))
				o := g.runAsOther(t, program, append(slices.Clone(c.args), "--output", "json")...)
				g.check(t, os.Chmod(filepath.Join(g.work, file), 0o644))
				if o.code != exitDisk || !strings.Contains(o.stderr, "permission denied") {
					t.Errorf("want exit code %d: %s", exitDisk, o)
				}
				checkOutput(t, o)
				c.checkFiles(t, g, o)
			})
		}
	}
}

// giveAway makes everything of the stage another user's, where this one may do
// so: nothing is forbidden to root.
func (g *stage) giveAway(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"", "work", "cache", "temp", "home"} {
		g.check(t, os.Chmod(g.path(dir), 0o777))
	}
	if os.Getuid() != 0 {
		return
	}
	for name := range snapshotOf(t, g.root) {
		g.check(t, os.Lchown(g.path(name), otherUser, 0))
	}
}

// chmod changes the mode of a folder, if there is one.
func (g *stage) chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(g.path(name), mode); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

// otherUser is the one of Ping's images.
const otherUser = 9031

// runAsOther runs a copy of the program as that user, where this one may do so.
func (g *stage) runAsOther(t *testing.T, program string, args ...string) outcome {
	t.Helper()
	cmd, end := g.command(t, program, args...)
	asUser(cmd, otherUser, 0)
	g.check(t, cmd.Start())
	return end()
}

// A target that is no folder is refused and stays; one that is a link to a folder
// is that folder.
func TestTargetsOfOtherKinds(t *testing.T) {
	for name, test := range map[string]struct {
		make func(dir string) error
		want int
	}{
		"file":           {func(dir string) error { return os.WriteFile(filepath.Join(dir, "t"), []byte("mine"), 0o644) }, exitDisk},
		"link to a file": {func(dir string) error { return os.Symlink("kits.yaml", filepath.Join(dir, "t")) }, exitDisk},
		"dangling link":  {func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "t")) }, exitDisk},
		"link to itself": {func(dir string) error { return os.Symlink("t", filepath.Join(dir, "t")) }, exitDisk},
		"below a file":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "t"), []byte("mine"), 0o644) }, exitDisk},
		"link to a folder": {func(dir string) error {
			return os.Symlink("folder", filepath.Join(dir, "t"))
		}, exitDone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startStage(t, sandbox.Options{})
			g.write(t, "kits.yaml", manifestAfter)
			g.check(t, os.Mkdir(filepath.Join(g.work, "folder"), 0o755))
			g.must(t, "lock")
			g.check(t, test.make(g.work))
			before := snapshotOf(t, g.work)
			target := "t"
			if name == "below a file" {
				target = "t/below"
			}
			o := g.run(t, "sync", "--target", target, "--locked", "--output", "json")
			checkOutput(t, o)
			if o.code != test.want {
				t.Errorf("want exit code %d: %s", test.want, o)
			}
			after := snapshotOf(t, g.work)
			if changed := after.less("folder").differences(before.less("folder")); changed != "" {
				t.Error(changed)
			}
			if _, installed := after["folder/.pingkit-receipt.json"]; installed != (test.want == exitDone) {
				t.Errorf("installed: %t", installed)
			}
		})
	}
}
