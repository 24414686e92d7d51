//go:build unix

package lockfile

import (
	"errors"
	"os"
	"testing"
)

// TestLockIsOnTheDiskBeforeItHasItsName writes a lock to where nothing can be
// synced, a pipe.
func TestLockIsOnTheDiskBeforeItHasItsName(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var failed *os.PathError
	if err := writeDurably(writer, []byte("{}")); !errors.As(err, &failed) || failed.Op != "sync" {
		t.Errorf("a lock that cannot be synced: %v", err)
	}
}
