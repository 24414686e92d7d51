package install_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

// meddling is a source that has somebody change the target while a sync gathers
// its files.
type meddling struct {
	install.Source
	meddle func()
}

func (m meddling) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	m.meddle()
	return m.Source.Open(ctx, k, dir)
}

// A file that changed while sync worked is left alone, and the sync does not
// succeed: its tree is not the lock's.
func TestTargetChangedMeanwhile(t *testing.T) {
	page := templateDir + "pf-one.html"
	oldJar, newJar := deployDir+"pf-one-1.0.jar", deployDir+"pf-one-2.0.jar"
	for name, path := range map[string]string{"an updated file": page, "a removed file": oldJar, "a new file": newJar} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			at := func(number string) *lockfile.Lock {
				return lockOf(b.kit("pf-one", number, nil))
			}
			first, second := at("1.0"), at("2.0")
			b.sync(first)
			o := b.options(second)
			o.Source = meddling{o.Source, func() { b.write(path, "mine") }}
			_, err := install.Sync(t.Context(), o)
			if !errorsAs[*lockfile.DriftError](err) || !strings.Contains(err.Error(), path) {
				t.Errorf("the error is %v", err)
			}
			if b.read(path) != "mine" {
				t.Errorf("%s was not left alone", path)
			}
			b.syncForced(second)
			if _, err := install.Verify(t.Context(), b.dir, second); err != nil {
				t.Error(err)
			}
		})
	}
}
