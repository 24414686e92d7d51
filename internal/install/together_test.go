package install_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

// failing is a source that fails when it may.
type failing struct{ begun, fail chan struct{} }

func (f failing) Open(context.Context, lockfile.Kit, string) (*os.File, error) {
	close(f.begun)
	<-f.fail
	return nil, errors.New("no kit today")
}

// Of two syncs of a new target the first fails: it removes what it made, and the
// second, which waits for it, succeeds.
func TestSyncAfterFailedFirst(t *testing.T) {
	for range 20 {
		b := newBench(t)
		l := lockOf(b.kit("pf-one", "1.0", nil))
		first := failing{make(chan struct{}), make(chan struct{})}
		var both sync.WaitGroup
		both.Go(func() {
			o := b.options(l)
			o.Source = first
			if _, err := install.Sync(t.Context(), o); err == nil {
				t.Error("the first succeeds")
			}
		})
		<-first.begun
		both.Go(func() {
			o := b.options(l)
			o.Wait = 0
			if _, err := install.Sync(t.Context(), o); err != nil {
				t.Errorf("the second: %v", err)
			}
		})
		close(first.fail)
		both.Wait()
		if _, err := install.Verify(t.Context(), b.dir, l); err != nil {
			t.Error(err)
		}
	}
}

func TestFailedFirstSyncLeavesNothing(t *testing.T) {
	b := newBench(t)
	o := b.options(lockOf(b.kit("pf-one", "1.0", nil)))
	source := failing{make(chan struct{}), make(chan struct{})}
	close(source.fail)
	o.Source = source
	if _, err := install.Sync(t.Context(), o); err == nil {
		t.Error("it succeeds")
	}
	if _, err := os.Lstat(b.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the target is there: %v", err)
	}
}
