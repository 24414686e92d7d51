//go:build unix

package promotion

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipesAreNotOpened: opening one would wait for a writer for ever.
func TestPipesAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if secret, err := (SecretSource{Dir: dir}).lookup("file:pipe"); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a pipe gives %q, %v", secret, err)
	}
}
