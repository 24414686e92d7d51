//go:build unix

package kitzip

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestModesComeFromTheCallerOnly(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	data := beside(raw{name: "dist/run.sh", attrs: mode(0o106777)}, raw{name: "dist/", attrs: mode(0o040000)})
	for _, test := range []struct{ opts, want ExtractOptions }{
		{ExtractOptions{}, ExtractOptions{FileMode: 0o644, DirMode: 0o755}},
		{ExtractOptions{FileMode: 0o440, DirMode: 0o550}, ExtractOptions{FileMode: 0o440, DirMode: 0o550}},
		{ExtractOptions{FileMode: fs.ModeSetuid | 0o755, DirMode: 0o775}, ExtractOptions{FileMode: 0o755, DirMode: 0o775}},
	} {
		a := open(t, data)
		root, _ := newRoot(t)
		if _, err := a.Extract(t.Context(), root, []Placed{{From: "dist/run.sh", To: "a/b/run.sh"}}, test.opts); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]fs.FileMode{"a": test.want.DirMode, "a/b": test.want.DirMode, "a/b/run.sh": test.want.FileMode} {
			info, err := root.Stat(name)
			if err != nil || info.Mode()&^fs.ModeDir != want {
				t.Errorf("%s has the mode %v (%v), want %v", name, info.Mode(), err, want)
			}
		}
		if err := os.Chmod(filepath.Join(root.Name(), "a/b"), 0o700); err != nil {
			t.Fatal(err) // so that the folder can be removed
		}
		if err := os.Chmod(filepath.Join(root.Name(), "a"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}
