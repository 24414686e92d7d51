// Package inflight runs equal pieces of work that are asked for at the same time
// once. Unlike singleflight of golang.org/x/sync, it respects the context of each
// caller and reports progress to all of them.
package inflight

import (
	"context"
	"sync"
)

// Group is a set of pieces of work, by keys of type K, with results of type V and
// progress events of type P. The zero value is ready to use.
type Group[K comparable, V, P any] struct {
	mu      sync.Mutex
	running map[K]*run[V, P]
}

// run is one piece of work and its callers.
type run[V, P any] struct {
	cancel   context.CancelFunc
	done     chan struct{} // closed when the fields below are set
	value    V
	err      error
	ended    bool // the context of the run ended before the work did
	panicked any

	mu      sync.Mutex
	callers map[*caller[P]]bool
}

type caller[P any] struct {
	progress func(P)
}

// Do returns the result of work, or of equal work that is running already. A
// caller whose context ends returns early with the context's error. If it is the
// last caller, Do cancels the work, waits until it has cleaned up and returns its
// result. The context of the work has the values and the deadline of the first
// caller; callers with more time start the work again.
//
// progress may be nil. It is called by one goroutine at a time, and not after Do
// has returned. If work panics, Do panics in every caller.
func (g *Group[K, V, P]) Do(ctx context.Context, key K, progress func(P), work func(ctx context.Context, notify func(P)) (V, error)) (V, error) {
	var none V
	for {
		if err := ctx.Err(); err != nil {
			return none, err
		}
		current, self := g.join(ctx, key, progress, work)
		select {
		case <-current.done:
			g.leave(key, current, self)
			current.panicAgain()
			// The deadline of the first caller need not be this one's.
			if current.err != nil && current.ended && ctx.Err() == nil {
				continue
			}
			return current.value, current.err
		case <-ctx.Done():
			if !g.leave(key, current, self) {
				return none, ctx.Err()
			}
			<-current.done
			current.panicAgain()
			return current.value, current.err
		}
	}
}

// join returns the run for key, and starts it if there is none.
func (g *Group[K, V, P]) join(ctx context.Context, key K, progress func(P), work func(context.Context, func(P)) (V, error)) (*run[V, P], *caller[P]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	self := &caller[P]{progress}
	if current := g.running[key]; current != nil {
		current.mu.Lock()
		current.callers[self] = true
		current.mu.Unlock()
		return current, self
	}
	own, cancel := detach(ctx)
	started := &run[V, P]{cancel: cancel, done: make(chan struct{}), callers: map[*caller[P]]bool{self: true}}
	if g.running == nil {
		g.running = map[K]*run[V, P]{}
	}
	g.running[key] = started
	go func() {
		defer close(started.done)
		defer g.remove(key, started)
		defer cancel()
		defer func() { started.panicked = recover() }()
		started.value, started.err = work(own, started.notify)
		started.ended = own.Err() != nil
	}()
	return started, self
}

// detach returns a context with the values and the deadline of ctx that does not
// end when ctx is canceled.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	own := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(own, deadline)
	}
	return context.WithCancel(own)
}

// leave cancels the work if self is the last caller, and reports that.
func (g *Group[K, V, P]) leave(key K, current *run[V, P], self *caller[P]) (last bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	current.mu.Lock()
	delete(current.callers, self)
	last = len(current.callers) == 0
	current.mu.Unlock()
	if last {
		current.cancel()
		if g.running[key] == current {
			delete(g.running, key) // later callers start again
		}
	}
	return last
}

func (g *Group[K, V, P]) remove(key K, current *run[V, P]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[key] == current {
		delete(g.running, key)
	}
}

// panicAgain panics in a caller as the work did in its own goroutine, where nothing
// would recover it.
func (r *run[V, P]) panicAgain() {
	if r.panicked != nil {
		panic(r.panicked)
	}
}

// notify passes a progress event to all callers.
func (r *run[V, P]) notify(event P) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.callers {
		if c.progress != nil {
			c.progress(event)
		}
	}
}
