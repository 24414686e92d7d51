package install_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

// intruder is a source that puts another name of a file into the stage, where
// the first file is about to be unpacked.
type intruder struct {
	install.Source
	victim, staged string
}

func (i *intruder) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	if err := os.Link(i.victim, i.staged); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return i.Source.Open(ctx, k, dir)
}

func TestStagedFilesAreNew(t *testing.T) {
	b := newBench(t)
	o := b.options(lockOf(b.kit("pf-one", "1.0", nil)))
	victim := filepath.Join(filepath.Dir(b.dir), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Source = &intruder{o.Source, victim, filepath.Join(b.dir, ".pingkit-stage", "00000")}
	if _, err := install.Sync(t.Context(), o); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the error is %v", err)
	}
	if content, err := os.ReadFile(victim); err != nil || string(content) != "precious" {
		t.Errorf("the victim holds %q, %v", content, err)
	}
}
