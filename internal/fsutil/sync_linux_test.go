package fsutil_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"example.com/pingkit/internal/fsutil"
)

// TestFilesAreSynced names a file that opens but cannot be synced: Linux's own,
// about a process.
func TestFilesAreSynced(t *testing.T) {
	root, err := os.OpenRoot("/proc/self")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := fsutil.Files(root, []string{"comm"}); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("a file that cannot be synced gives %v", err)
	}
}
