//go:build unix

package lockfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

// A lock that is a link, as to one that several projects share, stays a link.
func TestSaveFollowsLinks(t *testing.T) {
	first := &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: "12.0", Layout: "server-profile"}}
	second := &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: "13.0", Layout: "server-profile"}}
	for name, links := range map[string][][2]string{
		"link":           {{"project/kits.lock.json", "../shared/kits.lock.json"}},
		"link to a link": {{"project/kits.lock.json", "next"}, {"project/next", "../shared/kits.lock.json"}},
		"linked folder":  {{"project/kits.lock.json", "folder/../kits.lock.json"}, {"project/folder", "../shared/deep"}},
	} {
		for _, there := range []bool{true, false} {
			dir := t.TempDir()
			if err := errors.Join(os.MkdirAll(filepath.Join(dir, "project"), 0o755), os.MkdirAll(filepath.Join(dir, "shared/deep"), 0o755)); err != nil {
				t.Fatal(err)
			}
			shared := filepath.Join(dir, "shared/kits.lock.json")
			if there {
				if _, err := lockfile.Save(shared, first); err != nil {
					t.Fatal(err)
				}
			}
			for _, link := range links {
				if err := os.Symlink(link[1], filepath.Join(dir, link[0])); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(dir, "project/kits.lock.json")
			if changed, err := lockfile.Save(path, second); err != nil || !changed {
				t.Fatalf("%s, there %t: changed %t, %v", name, there, changed, err)
			}
			if _, err := os.Readlink(path); err != nil {
				t.Errorf("%s, there %t: the link is gone: %v", name, there, err)
			}
			if l, err := lockfile.Read(shared); err != nil || l.Target.Version != "13.0" {
				t.Errorf("%s, there %t: the shared lock is %+v, %v", name, there, l, err)
			}
		}
	}
	circle := filepath.Join(t.TempDir(), "kits.lock.json")
	if err := os.Symlink("kits.lock.json", circle); err != nil {
		t.Fatal(err)
	}
	if _, err := lockfile.Save(circle, second); err == nil {
		t.Error("a circle of links is a file")
	}
}
