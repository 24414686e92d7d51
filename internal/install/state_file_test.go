package install

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStateIsARegularFile: what decides which files a sync removes is no link,
// not even one to a receipt inside the target.
func TestStateIsARegularFile(t *testing.T) {
	for name, put := range map[string]func(target, path string) error{
		"a file":   func(target, path string) error { return os.Rename(target, path) },
		"a link":   func(_, path string) error { return os.Symlink("elsewhere.json", path) },
		"a folder": func(_, path string) error { return os.Mkdir(path, 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			elsewhere := filepath.Join(dir, "elsewhere.json")
			if err := os.WriteFile(elsewhere, []byte(`{"receipt_version":1,"kits":[],"files":[],"folders":[]}`), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := put(elsewhere, filepath.Join(dir, receiptName)); err != nil {
				t.Fatal(err)
			}
			if _, _, err := readReceipt(root); (err == nil) != (name == "a file") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
