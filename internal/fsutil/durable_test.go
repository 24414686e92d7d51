package fsutil_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/fsutil"
)

// Whether the disk has it only a loss of power would show; but all files are
// reached, whatever their number and modes, and a failure is told.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var names []string
	for i := range 20 {
		name := fmt.Sprint(i)
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		n, err := f.WriteString("some bytes")
		fsutil.Start(f, 0, int64(n))
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := errors.Join(fsutil.Files(root, names), fsutil.Folder(root, ".")); err != nil {
		t.Error(err)
	}
	if err := fsutil.Files(root, append(names, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := fsutil.Folder(root, "missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
}
