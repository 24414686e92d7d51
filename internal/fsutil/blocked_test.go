package fsutil_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/fsutil"
)

func TestLstat(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) error { return os.WriteFile(filepath.Join(dir, name), nil, 0o644) }
	link := func(name, to string) error { return os.Symlink(to, filepath.Join(dir, name)) }
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "folder"), 0o755), write("folder/file"), write("file"),
		link("inside", "folder"), link("outside", t.TempDir()), link("up", "../x"), link("circle", "circle"), link("nowhere", "missing")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, test := range []struct {
		path, blocked string
		absent        bool
	}{
		{path: "folder/file"},
		{path: "inside/file"},
		{path: "circle"},
		{path: "outside"},
		{path: "missing", absent: true},
		{path: "folder/missing/file", absent: true},
		{path: "nowhere/file", absent: true},
		{path: "file/file", blocked: "is a file"},
		{path: "folder/file/a/b", blocked: "is a file"},
		{path: "circle/file", blocked: "cannot be entered"},
		{path: "outside/file", blocked: "cannot be entered"},
		{path: "inside/../up/file", blocked: "cannot be entered"},
	} {
		info, blocked, err := fsutil.Lstat(root, test.path)
		switch {
		case test.absent:
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v", test.path, err)
			}
		case test.blocked != "":
			if err != nil || !strings.Contains(blocked, test.blocked) {
				t.Errorf("%s: blocked is %q, error %v", test.path, blocked, err)
			}
		case err != nil || info == nil || blocked != "":
			t.Errorf("%s: blocked is %q, error %v", test.path, blocked, err)
		}
	}
}

// What a disk, a server or the process cannot do says nothing about the path.
func TestIsBlocked(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, errno := range []syscall.Errno{syscall.EIO, syscall.ESTALE, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EACCES, syscall.ENOENT, syscall.ENAMETOOLONG} {
		if fsutil.IsBlocked(root, &fs.PathError{Op: "statat", Path: "x", Err: errno}) {
			t.Errorf("%v", errno)
		}
	}
}
