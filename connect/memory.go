package connect

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// answersLimit bounds the JSON answers that all calls of this process hold
	// together, in bytes.
	answersLimit = 24 << 20
	// callLimit bounds what one call, or what one [KeepAnswers] covers, holds, in
	// bytes. It is at most answersLimit.
	callLimit = 24 << 20
)

// errCallLimit is the cause of a read that needs more memory than one call may
// hold. Another attempt would need as much.
var errCallLimit = fmt.Errorf("the answers that this call has to hold exceed %d MiB", callLimit>>20)

// answers is the memory of this process for JSON answers.
var answers = newMemory(answersLimit)

// memory bounds what is held of answers. A call that holds nothing waits for its
// turn, first come, first served. A call that holds something must not wait for
// others that do the same, or none of them would end: where there is no room left
// for it, one such call at a time goes on beyond the limit, within [callLimit],
// and the others wait for that place. So the sum is at most answersLimit and
// callLimit.
type memory struct {
	room   *semaphore.Weighted // bytes
	beyond *semaphore.Weighted // the place of one call
}

func newMemory(bytes int64) *memory {
	return &memory{room: semaphore.NewWeighted(bytes), beyond: semaphore.NewWeighted(1)}
}

// holding is what one call holds, or all calls of one [KeepAnswers].
type holding struct {
	memory *memory
	turn   *semaphore.Weighted // one take at a time

	mu     sync.Mutex
	inside int64 // bytes of memory.room
	beyond int64 // bytes beyond it
	placed bool  // has the place beyond
	ended  bool
}

func (m *memory) hold() *holding { return &holding{memory: m, turn: semaphore.NewWeighted(1)} }

// take reserves bytes, or as many as the call may still hold. The error is the
// end of ctx, or errCallLimit.
func (h *holding) take(ctx context.Context, bytes int64) (taken int64, err error) {
	if h.turn.Acquire(ctx, 1) != nil {
		return 0, waited(ctx)
	}
	defer h.turn.Release(1)
	h.mu.Lock()
	held, placed := h.inside+h.beyond, h.placed
	h.mu.Unlock()
	bytes = min(bytes, callLimit-held)
	switch {
	case bytes <= 0:
		return 0, errCallLimit
	case placed:
	case held == 0:
		if h.memory.room.Acquire(ctx, bytes) != nil {
			return 0, waited(ctx)
		}
	case h.memory.room.TryAcquire(bytes):
	default:
		if h.memory.beyond.Acquire(ctx, 1) != nil {
			return 0, waited(ctx)
		}
		placed = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if placed {
		h.placed = true
		h.beyond += bytes
	} else {
		h.inside += bytes
	}
	if h.ended { // while this waited
		h.drop(h.inside + h.beyond)
	}
	return bytes, nil
}

func waited(ctx context.Context) error {
	return fmt.Errorf("waited for memory, of which all answers together may take %d MiB: %w", answersLimit>>20, plainCause(ctx, context.Cause(ctx)))
}

// give returns bytes that were taken.
func (h *holding) give(bytes int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.drop(bytes)
	}
}

// end returns all that is held; what is taken later is not counted.
func (h *holding) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	h.drop(h.inside + h.beyond)
}

// drop gives back what is beyond the room first; h.mu is held.
func (h *holding) drop(bytes int64) {
	outside := min(bytes, h.beyond)
	h.beyond -= outside
	h.inside -= bytes - outside
	h.memory.room.Release(bytes - outside)
	if h.placed && h.beyond == 0 {
		h.placed = false
		h.memory.beyond.Release(1)
	}
}

func (h *holding) live() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.ended
}

type holdingKey struct{}

// KeepAnswers says that what is decoded of the answers to calls with the returned
// context stays in memory until release is called, not only until each is
// closed. All answers of a process together have a limit: calls wait for room,
// as long as their context allows. Between this call and release, wait for no
// other call of this kind. Inside another KeepAnswers it changes nothing.
func KeepAnswers(ctx context.Context) (kept context.Context, release func()) {
	if kept, ok := ctx.Value(holdingKey{}).(*holding); ok && kept.live() {
		return ctx, func() {}
	}
	h := answers.hold()
	return context.WithValue(ctx, holdingKey{}, h), sync.OnceFunc(h.end)
}

// holdingOf returns what a call's answer is counted in, and whether that ends
// with the answer. A token is asked for by one call and outlives it.
func holdingOf(ctx context.Context, signIn bool) (h *holding, own bool) {
	if kept, ok := ctx.Value(holdingKey{}).(*holding); ok && !signIn && kept.live() {
		return kept, false
	}
	return answers.hold(), true
}
