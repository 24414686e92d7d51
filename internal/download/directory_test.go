package download

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithin(t *testing.T) {
	outside := t.TempDir()
	base := t.TempDir()
	if err := os.MkdirAll(filepath.Join(base, "kits", "pingid"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{
		"out": outside, "up": "..", "nowhere": filepath.Join(outside, "missing"), "inside": "kits",
	} {
		if err := os.Symlink(to, filepath.Join(base, link)); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"": "", ".": "", "kits": "kits", "kits/pingid": "kits/pingid", "kits/../kits": "kits", "new": "new", "new/deep": "new/deep",
		"inside": "inside", "inside/pingid": "inside/pingid", "Zürich": "Zürich",
	} {
		if got, err := Within(base, dir); err != nil || got != filepath.Join(base, want) {
			t.Errorf("Within(%q) = %q, %v", dir, got, err)
		}
	}
	for _, dir := range []string{
		"..", "../x", "kits/../..", "/etc", outside, base, `C:\x`, `C:x`, `kits\..\..`, `\\server\share`, "~", "~root",
		"out", "out/x", "up", "up/x", "nowhere", "nowhere/x", "kits/../out", "file", "file/x",
		"a\x00b", "a\nb", "a\u202eb", strings.Repeat("x/", 200),
	} {
		if got, err := Within(base, dir); !errors.Is(err, ErrOutside) {
			t.Errorf("Within(%q) = %q, %v", dir, got, err)
		}
	}
	missing := filepath.Join(base, "missing")
	if got, err := Within(missing, "sub"); err != nil || got != filepath.Join(missing, "sub") {
		t.Errorf("in a missing directory: %q, %v", got, err)
	}
	if _, err := Within(missing, "../sub"); !errors.Is(err, ErrOutside) {
		t.Errorf("out of a missing directory: %v", err)
	}
}
