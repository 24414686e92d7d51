package download_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/download"
)

func TestOpenWithin(t *testing.T) {
	base, outside := t.TempDir(), t.TempDir()
	for link, to := range map[string]string{"link": outside, "nowhere": "missing"} {
		if err := os.Symlink(to, filepath.Join(base, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(outside, "below"), 0o755); err != nil {
		t.Fatal(err)
	}
	for dir, open := range map[string]bool{
		base:                                 true,
		filepath.Join(base, "a"):             true,
		filepath.Join(base, "a", "b"):        true,
		filepath.Join(base, "link"):          false,
		filepath.Join(base, "link", "below"): false,
		outside:                              false,
		filepath.Dir(base):                   false,
	} {
		for _, create := range []bool{true, false} {
			root, err := download.OpenWithin(base, dir, create)
			if (err == nil) != open {
				t.Errorf("%s, created %t: %v", dir, create, err)
			}
			if err == nil {
				if err := root.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if _, err := download.OpenWithin(base, outside, false); !errors.Is(err, download.ErrOutside) {
		t.Errorf("a directory outside gives %v", err)
	}
	if _, err := download.Within(base, "nowhere/below"); !errors.Is(err, download.ErrOutside) {
		t.Errorf("a link that leads nowhere gives %v", err)
	}
	if entries, err := os.ReadDir(filepath.Join(outside, "below")); err != nil || len(entries) > 0 {
		t.Errorf("outside there is %v, %v", entries, err)
	}
}
