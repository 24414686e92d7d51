//go:build unix

package fsutil_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/fsutil"
)

func TestMakeDirOfAUserWithoutHome(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string) error
		refused bool
	}{
		"missing": {prepare: func(*testing.T, string) error { return nil }},
		"own":     {prepare: func(_ *testing.T, dir string) error { return os.Mkdir(dir, 0o700) }},
		"writable by others": {refused: true, prepare: func(_ *testing.T, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chmod(dir, 0o777)
		}},
		"link": {refused: true, prepare: func(t *testing.T, dir string) error { return os.Symlink(t.TempDir(), dir) }},
		"file": {refused: true, prepare: func(_ *testing.T, dir string) error { return os.WriteFile(dir, nil, 0o600) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := fsutil.UserTempDir()
			defer os.RemoveAll(dir)
			if err := test.prepare(t, dir); err != nil {
				t.Fatal(err)
			}
			err := fsutil.MakeDir(dir)
			if (err != nil) != test.refused {
				t.Fatalf("got %v", err)
			}
			if info, err := os.Lstat(dir); !test.refused && (err != nil || info.Mode().Perm() != 0o700) {
				t.Errorf("got %v, %v", info, err)
			}
		})
	}
	deep := filepath.Join(t.TempDir(), "a", "b")
	if err := fsutil.MakeDir(deep); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(deep); err != nil || !info.IsDir() {
		t.Errorf("got %v, %v", info, err)
	}
}
