package download

import (
	"context"
	"errors"
	"sync"
)

// flights makes equal downloads at the same time one. Unlike singleflight of
// x/sync, a caller who leaves ends the work only if nobody else waits for it,
// and then waits until it has cleaned up.
type flights struct {
	mu      sync.Mutex
	running map[jobKey]*flight
}

// flight is one piece of work and those who wait for it.
type flight struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when result and err are set
	result Result
	err    error
	ended  bool // the work's own context ended first

	mu      sync.Mutex
	waiters map[*waiter]bool
}

type waiter struct {
	progress func(Progress)
}

func (f *flights) do(ctx context.Context, key jobKey, progress func(Progress), work func(context.Context, func(Progress)) (Result, error)) (Result, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Result{}, stopped(err)
		}
		current, self := f.join(ctx, key, progress, work)
		select {
		case <-current.done:
			f.leave(key, current, self)
			// The deadline of the caller who began it need not be ours.
			if current.err != nil && current.ended && ctx.Err() == nil {
				continue
			}
			return current.result, current.err
		case <-ctx.Done():
			if !f.leave(key, current, self) {
				return Result{}, stopped(ctx.Err())
			}
			<-current.done
			if current.err == nil {
				return current.result, nil // it was done just before
			}
			if errors.Is(current.err, ErrDisk) {
				return Result{}, current.err // perhaps something was left
			}
			return Result{}, stopped(ctx.Err())
		}
	}
}

// join returns the flight for key, begun if none is under way.
func (f *flights) join(ctx context.Context, key jobKey, progress func(Progress), work func(context.Context, func(Progress)) (Result, error)) (*flight, *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	self := &waiter{progress}
	if current := f.running[key]; current != nil {
		current.mu.Lock()
		current.waiters[self] = true
		current.mu.Unlock()
		return current, self
	}
	own, cancel := detach(ctx)
	begun := &flight{cancel: cancel, done: make(chan struct{}), waiters: map[*waiter]bool{self: true}}
	if f.running == nil {
		f.running = map[jobKey]*flight{}
	}
	f.running[key] = begun
	go func() {
		defer close(begun.done)
		defer f.remove(key, begun)
		defer cancel()
		begun.result, begun.err = work(own, begun.notify)
		begun.ended = own.Err() != nil
	}()
	return begun, self
}

// detach returns a context with the values and the deadline of ctx which ends
// by cancel alone before that.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	own := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(own, deadline)
	}
	return context.WithCancel(own)
}

// leave ends the work if self was the last to wait for it, and reports that.
func (f *flights) leave(key jobKey, current *flight, self *waiter) (last bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	current.mu.Lock()
	delete(current.waiters, self)
	last = len(current.waiters) == 0
	current.mu.Unlock()
	if last {
		current.cancel()
		if f.running[key] == current {
			delete(f.running, key) // who comes now begins anew
		}
	}
	return last
}

func (f *flights) remove(key jobKey, current *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running[key] == current {
		delete(f.running, key)
	}
}

// notify passes an event on to all who wait.
func (f *flight) notify(p Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.waiters {
		if w.progress != nil {
			w.progress(p)
		}
	}
}

// stopped is the error of a caller whose context ended.
func stopped(err error) error {
	return &Error{Text: "it was stopped, and nothing was left behind", Err: err}
}
