package durable_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pingkit/internal/durable"
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
		durable.Start(f, 0, int64(n))
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := errors.Join(durable.Files(root, names), durable.Folder(root, ".")); err != nil {
		t.Error(err)
	}
	if err := durable.Files(root, append(names, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := durable.Folder(root, "missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
}
