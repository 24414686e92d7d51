//go:build unix

package download

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/cryptotest"
)

// TestKitIsOnTheDiskBeforeItHasItsName writes a kit to where nothing can be
// synced, a pipe.
func TestKitIsOnTheDiskBeforeItHasItsName(t *testing.T) {
	for name, overwrite := range map[string]bool{"new": false, "overwrite": true} {
		t.Run(name, func(t *testing.T) {
			p := &destination{dir: t.TempDir(), file: "kit.zip", overwrite: overwrite}
			part, err := p.newPart()
			if err != nil {
				t.Fatal(err)
			}
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := part.file.Close(); err != nil {
				t.Fatal(err)
			}
			part.file = writer
			if err := part.commit(); !errors.Is(err, ErrDisk) {
				t.Errorf("a kit that cannot be synced: %v", err)
			}
			if _, err := os.Lstat(p.path()); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("it has its name: %v", err)
			}
			if err := errors.Join(part.discard(), reader.Close(), p.close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTemporaryFileIsNew has another process foresee the name of the temporary
// file, and put a file or a link there.
func TestTemporaryFileIsNew(t *testing.T) {
	for name, put := range map[string]func(victim, path string) error{
		"a file":                  func(_, path string) error { return os.WriteFile(path, []byte("precious"), 0o666) },
		"a link":                  os.Symlink,
		"a link to the same file": os.Link,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			victim := filepath.Join(dir, "victim")
			if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			cryptotest.SetGlobalRandom(t, 1)
			path := filepath.Join(dir, ".pingkit-"+rand.Text()+".part")
			if err := put(victim, path); err != nil {
				t.Fatal(err)
			}
			cryptotest.SetGlobalRandom(t, 1)
			p := &destination{dir: dir, file: "kit.zip"}
			part, err := p.newPart()
			if err == nil {
				t.Fatalf("%s is used, although it was there: %v", part.name, errors.Join(part.discard(), p.close()))
			}
			if !errors.Is(err, fs.ErrExist) {
				t.Errorf("the error is %v", err)
			}
			for _, file := range []string{victim, path} {
				if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
					t.Errorf("%s holds %q, %v", file, content, err)
				}
			}
			if err := p.close(); err != nil {
				t.Error(err)
			}
		})
	}
}
