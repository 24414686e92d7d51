package fsutil_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"example.com/pingkit/internal/fsutil"
)

// A file system that cannot sync a folder, as Linux's own for processes, is no
// failure: there is nothing that anyone could do about it.
func TestFolderThatCannotBeSynced(t *testing.T) {
	root, err := os.OpenRoot("/proc")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := root.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); !errors.Is(err, syscall.EINVAL) {
		t.Fatalf("syncing /proc: %v; another folder has to stand for those without sync", err)
	}
	if err := fsutil.Folder(root, "."); err != nil {
		t.Error(err)
	}
}
