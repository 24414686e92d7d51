package catalog

import (
	"context"
	"sync"
	"time"

	"example.com/pingkit/connect"
)

// What is kept of shared answers, at most.
const (
	maxKept      = 64
	maxKeptBytes = 1 << 20 // of JSON
)

// Share has identical reads share one answer: reads that wait for PingOne at the
// same time, and reads that begin within fresh of the one that got it. It returns
// c; call it before the first read. now is the clock.
//
// That is safe, also for several callers over HTTP: all of them read with the one
// worker application of the settings, so that an answer does not depend on who
// asks, and what a caller may ask for at all is decided before. Nothing is read
// here that a write is decided by: that is PingCentral's state, of which package
// promotion keeps no copy. An error is told to those who wait for it and is not
// kept.
func (c *Catalog) Share(fresh time.Duration, now func() time.Time) *Catalog {
	c.shared = &sharing{fresh: fresh, now: now, running: map[string]*reading{}, kept: map[string]*reading{}}
	return c
}

// sharing is what Share keeps. A nil one shares nothing.
type sharing struct {
	fresh time.Duration
	now   func() time.Time

	mu      sync.Mutex
	running map[string]*reading
	kept    map[string]*reading // answered, without an error
	order   []*reading          // the kept ones, oldest first
	bytes   int64               // of the kept ones
}

// reading is a request and those who wait for its answer.
type reading struct {
	key     string
	begun   time.Time
	waiting int // guarded by sharing.mu
	cancel  context.CancelFunc

	done     chan struct{} // closed when all below is set
	answer   any
	size     int64
	err      error
	ended    bool // its own context ended before it did
	panicked any
}

// share returns what read returns, or returned to somebody else with the same
// key. Who waits for somebody else's reading may leave; who began one stays
// while others wait for it, and ends it if nobody does. (A goroutine for it
// would take as long as the rest of a call.) The answer is not to be changed.
func share[T any](ctx context.Context, s *sharing, key string, read func(context.Context) (answer T, size int64, err error)) (T, error) {
	held := func(ctx context.Context) (T, int64, error) {
		ctx, release := connect.KeepAnswers(ctx)
		defer release()
		return read(ctx)
	}
	for s != nil && ctx.Err() == nil {
		r, own := s.join(ctx, key)
		if own != nil {
			s.run(ctx, own, r, func(ctx context.Context) (any, int64, error) { return held(ctx) })
		} else {
			select {
			case <-r.done:
			case <-ctx.Done():
				s.leave(r)
				continue
			}
		}
		if r.panicked != nil {
			panic(r.panicked) // where a panic of this caller is looked after
		}
		if r.err == nil || !r.ended {
			answer, _ := r.answer.(T)
			return answer, r.err
		}
		// The context that ended was this caller's, or had a deadline of the one
		// who began the reading.
	}
	// With a context that has ended this sends nothing, and says why.
	answer, _, err := held(ctx)
	return answer, err
}

// join returns the reading of key that is fresh, under way or else to be run
// here, with a context of its own.
func (s *sharing) join(ctx context.Context, key string) (r *reading, own context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.kept[key]; r != nil && s.isFresh(r) {
		return r, nil
	}
	if r := s.running[key]; r != nil {
		r.waiting++
		return r, nil
	}
	r = &reading{key: key, begun: s.now(), waiting: 1, done: make(chan struct{})}
	own, r.cancel = detach(ctx)
	s.running[key] = r
	return r, own
}

// run reads for all who wait. When ctx ends, its caller is not one of them.
func (s *sharing) run(ctx, own context.Context, r *reading, read func(context.Context) (any, int64, error)) {
	stay := context.AfterFunc(ctx, func() { s.leave(r) })
	defer close(r.done)
	defer s.finish(r)
	defer r.cancel()
	defer stay()
	defer func() { r.panicked = recover() }()
	r.answer, r.size, r.err = read(own)
	r.ended = own.Err() != nil
}

// detach returns a context with the values and the deadline of ctx that does
// not end with it.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	own := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(own, deadline)
	}
	return context.WithCancel(own)
}

// leave ends a reading that nobody waits for any more.
func (s *sharing) leave(r *reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.waiting--; r.waiting == 0 {
		r.cancel()
		s.stop(r)
	}
}

// stop has who comes now begin anew; s.mu is held.
func (s *sharing) stop(r *reading) {
	if s.running[r.key] == r {
		delete(s.running, r.key)
	}
}

// finish keeps an answer in place of the oldest ones, as far as there is room.
func (s *sharing) finish(r *reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop(r)
	if r.err != nil || r.panicked != nil || r.size > maxKeptBytes/4 {
		return
	}
	for len(s.order) > 0 && (len(s.order) == maxKept || s.bytes+r.size > maxKeptBytes || !s.isFresh(s.order[0])) {
		s.forget(s.order[0])
		s.order[0] = nil
		s.order = s.order[1:]
	}
	s.order = append(s.order, r)
	s.kept[r.key] = r
	s.bytes += r.size
}

func (s *sharing) forget(r *reading) {
	s.bytes -= r.size
	if s.kept[r.key] == r {
		delete(s.kept, r.key)
	}
}

func (s *sharing) isFresh(r *reading) bool { return s.now().Sub(r.begun) < s.fresh }

// sizeOf returns how long an answer is, in bytes: too long to be kept where it
// does not say so.
func sizeOf(a answer) int64 {
	switch {
	case a == nil:
		return 0
	case a.ContentLength < 0:
		return maxKeptBytes
	}
	return a.ContentLength
}
