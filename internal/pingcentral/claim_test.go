package pingcentral

import (
	"errors"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/internal/testutil/clocktest"
)

// TestApplicationIsClaimedAsLongAsAWriteMayTake holds one write at the server for
// the longest time that its timeouts allow, and starts another one then.
func TestApplicationIsClaimedAsLongAsAWriteMayTake(t *testing.T) {
	f := newForeign(t)
	inside, leave := make(chan bool, 2), make(chan bool)
	goOn := sync.OnceFunc(func() { close(leave) })
	defer goOn()
	f.change(func() { f.before = func() { inside <- true; <-leave } })
	clock := clocktest.At(time.Now())
	s := f.service(t, func(o *Options) {
		o.Store = &memoryStore{claims: map[string]memoryClaim{}, now: clock.Now}
	})
	first, second := planned(t, s, toTest()), planned(t, s, toTest())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := asUser(s, t.Context(), first); err != nil {
			t.Errorf("the first write: %v", err)
			inside <- false // it never came to the server
		}
	})
	if !<-inside {
		return
	}
	clock.Advance(s.patience.Read + 2*s.audit.limit + s.patience.Send + s.patience.Settle + s.patience.Confirm)
	refused := make(chan error, 1)
	go func() {
		_, err := asUser(s, t.Context(), second)
		refused <- err
	}()
	select {
	case err := <-refused:
		if _, ok := errors.AsType[*RefusedError](err); !ok {
			t.Errorf("the second write: %v", err)
		}
	case <-inside:
		t.Error("a second write was sent while the first was under way")
	}
	goOn()
	wg.Wait()
}
