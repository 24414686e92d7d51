package inflight_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"example.com/pingkit/internal/download/inflight"
)

type group = inflight.Group[string, int, int]

func TestEqualWorkRunsOnceAndReportsToAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g group
		var runs, events atomic.Int32
		var callers sync.WaitGroup
		proceed := make(chan struct{})
		for range 5 {
			callers.Go(func() {
				value, err := g.Do(t.Context(), "key", func(int) { events.Add(1) }, func(_ context.Context, notify func(int)) (int, error) {
					runs.Add(1)
					<-proceed
					notify(1)
					return 42, nil
				})
				if value != 42 || err != nil {
					t.Errorf("got %d, %v", value, err)
				}
			})
		}
		synctest.Wait()
		close(proceed)
		callers.Wait()
		if runs.Load() != 1 || events.Load() != 5 {
			t.Errorf("%d runs and %d events, want 1 and 5", runs.Load(), events.Load())
		}
	})
}

func TestACallerThatLeavesEndsTheWorkOnlyIfItIsTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g group
		first, leaveFirst := context.WithCancel(t.Context())
		last, leaveLast := context.WithCancel(t.Context())
		cleanedUp := errors.New("cleaned up")
		work := func(ctx context.Context, _ func(int)) (int, error) {
			<-ctx.Done()
			return 0, cleanedUp
		}
		results := make(chan error, 2)
		go func() { _, err := g.Do(first, "key", nil, work); results <- err }()
		synctest.Wait()
		go func() { _, err := g.Do(last, "key", nil, work); results <- err }()
		synctest.Wait()
		leaveFirst()
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("the first caller got %v", err)
		}
		synctest.Wait()
		select {
		case err := <-results:
			t.Fatalf("the work ended with its first caller: %v", err)
		default:
		}
		leaveLast()
		if err := <-results; !errors.Is(err, cleanedUp) {
			t.Errorf("the last caller did not wait for the work: %v", err)
		}
	})
}

func TestAPanicReachesTheCallers(t *testing.T) {
	var g group
	defer func() {
		if got := recover(); got != "fault" {
			t.Errorf("recovered %v", got)
		}
	}()
	_, err := g.Do(t.Context(), "key", nil, func(context.Context, func(int)) (int, error) { panic("fault") })
	t.Errorf("Do returned %v", err)
}
