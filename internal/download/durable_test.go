package download

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// When the directory cannot be synced the file has its name already, and whoever
// reads of the failure has to know.
func TestNameThatMayNotSurvive(t *testing.T) {
	dir := t.TempDir()
	p := &destination{dir: dir, file: "kit.zip"}
	part, err := p.newPart()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(part.file.Close(), part.rename(), p.close()); err != nil {
		t.Fatal(err)
	}
	err = p.sync() // through a directory that was closed
	if !errors.Is(err, ErrDisk) || !strings.Contains(err.Error(), "the file is there under its name") {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "kit.zip")); err != nil {
		t.Error(err)
	}
}
