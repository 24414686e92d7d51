package resolve_test

import (
	"errors"
	"example.com/pingkit/internal/resolve"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
)

// A kit that is in the cache, but whose download cannot be removed, is a failure
// that leaves no file open.
func TestDownloadThatCannotBeRemoved(t *testing.T) {
	temp, cache := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	b := newBench(t, cache)
	b.publish("One Kit", "1.0", "pf-one")
	replaced := false
	b.archives.Progress = func(download.Progress) {
		if replaced {
			return
		}
		replaced = true
		folder := only(t, filepath.Join(temp, "pingkit-*"))
		if err := errors.Join(os.Rename(folder, filepath.Join(temp, "aside")), os.WriteFile(folder, nil, 0o600)); err != nil {
			t.Error(err)
		}
	}
	_, err := b.resolver.Resolve(t.Context(), manifest(t, "- {name: One Kit, version: latest}"), nil, resolve.Options{})
	if !errors.Is(err, download.ErrDisk) || !strings.Contains(err.Error(), "removing a temporary folder") {
		t.Errorf("error is %v", err)
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(open) == 0 {
		t.Fatal(open, err)
	}
	for _, fd := range open {
		if path, err := os.Readlink(fd); err == nil && strings.HasPrefix(path, cache) {
			t.Errorf("%s is still open", path)
		}
	}
}
