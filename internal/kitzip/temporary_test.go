package kitzip

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/cryptotest"
)

// TestTemporaryFilesAreNew has another process foresee the name of a temporary
// file, and put a second name of a file there.
func TestTemporaryFilesAreNew(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=a"))
	if _, err := a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	root, dir := newRoot(t)
	if err := root.MkdirAll("dist", 0o755); err != nil {
		t.Fatal(err)
	}
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	cryptotest.SetGlobalRandom(t, 1)
	foreseen := filepath.Join(root.Name(), "dist", reserved+"-"+rand.Text())
	if err := os.Link(victim, foreseen); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	cryptotest.SetGlobalRandom(t, 1)
	if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the error is %v", err)
	}
	expect(t, tree(t, dir), before)
	if content, err := os.ReadFile(victim); err != nil || string(content) != "precious" {
		t.Errorf("the victim holds %q, %v", content, err)
	}
}
