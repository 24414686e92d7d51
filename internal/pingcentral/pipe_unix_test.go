//go:build unix

package pingcentral

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipesAreNotOpened: opening one would wait for its other end for ever.
func TestPipesAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if secret, err := (SecretSource{Dir: dir}).lookup("file:pipe"); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a pipe gives %q, %v", secret, err)
	}
	done := make(chan error)
	go func() { done <- NewAudit(nil, filepath.Join(dir, "pipe")).write(t.Context(), record{plan: &Plan{}}) }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "is not a file") {
			t.Errorf("an audit into a pipe gives %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("an audit into a pipe waits for its reader")
	}
}
