package tools

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
)

// A link that comes when a kit is there already leads no reader out of the
// download directory, neither in place of the kit nor of its directory.
func TestLinkThatComesAfterTheDownload(t *testing.T) {
	t.Parallel()
	const name = "kit.zip"
	outside, base := t.TempDir(), t.TempDir()
	for _, err := range []error{
		os.WriteFile(filepath.Join(outside, name), []byte("PK\x05\x06"+string(make([]byte, 18))), 0o600), // an empty archive
		os.Symlink(outside, filepath.Join(base, "sub")),
		os.Symlink(filepath.Join(outside, name), filepath.Join(base, name)),
		os.Mkdir(filepath.Join(base, "a directory"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join("sub", name), name, "a directory"} {
		file := kitFile{Result: download.Result{Path: filepath.Join(base, path)}, base: base}
		if f, err := within(file, openRegular); err == nil {
			t.Errorf("%s was opened", path)
			f.Close()
		}
		if a, err := within(file, kitzip.OpenIn); err == nil {
			t.Errorf("the archive %s was opened", path)
			a.Close()
		}
	}
	moved := kitFile{Result: download.Result{Path: filepath.Join(base, "sub", name)}, base: base}
	if err := refuse(moved, kitzip.ErrDamaged); !errors.Is(err, kitzip.ErrDamaged) || strings.Contains(err.Error(), "and removed") ||
		!strings.Contains(err.Error(), moved.Path) {
		t.Errorf("of a file that cannot be removed: %v", err)
	}
	file := kitFile{Result: download.Result{Path: filepath.Join(outside, name)}, base: outside}
	f, err := within(file, openRegular)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := refuse(file, kitzip.ErrDamaged); !strings.Contains(err.Error(), "refused and removed: damaged") {
		t.Errorf("of a file in its place: %v", err)
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
