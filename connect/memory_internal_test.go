package connect

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const mib = 1 << 20

// taking fails the test unless h gets all bytes.
func taking(t *testing.T, h *holding, bytes int64) {
	t.Helper()
	if taken, err := h.take(t.Context(), bytes); err != nil || taken != bytes {
		t.Fatalf("%d of %d bytes were taken: %v", taken, bytes, err)
	}
}

// waiting fails the test unless h waits for bytes until its context ends.
func waiting(t *testing.T, h *holding, bytes int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	taken, err := h.take(ctx, bytes)
	if taken != 0 || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "all answers together may take 24 MiB") {
		t.Fatalf("%d bytes were taken: %v", taken, err)
	}
}

func TestMemoryOfAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T, *memory){
		"a call that holds nothing waits for room": func(t *testing.T, m *memory) {
			first, second := m.hold(), m.hold()
			taking(t, first, answersLimit)
			waiting(t, second, 1)
			first.give(1)
			taking(t, second, 1)
			waiting(t, m.hold(), 1)
		},
		"one call that holds something goes beyond": func(t *testing.T, m *memory) {
			first, second, third := m.hold(), m.hold(), m.hold()
			taking(t, first, 20*mib)
			taking(t, second, 2*mib)
			taking(t, third, 2*mib)
			taking(t, second, 10*mib)
			taking(t, second, 10*mib)
			waiting(t, third, 1)
			second.give(20 * mib) // its place is free
			taking(t, third, 10*mib)
			waiting(t, second, 1)
		},
		"one call has a limit": func(t *testing.T, m *memory) {
			h := m.hold()
			taking(t, h, 20*mib)
			if taken, err := h.take(t.Context(), 20*mib); err != nil || taken != callLimit-20*mib {
				t.Errorf("%d bytes were taken: %v", taken, err)
			}
			if _, err := h.take(t.Context(), 1); !errors.Is(err, errCallLimit) || transient(err) {
				t.Errorf("beyond the limit of a call: %v", err)
			}
		},
		"the end of a call gives all back": func(t *testing.T, m *memory) {
			first, second := m.hold(), m.hold()
			taking(t, first, 20*mib)
			taking(t, second, 4*mib)
			taking(t, second, 4*mib)
			first.end()
			first.end()
			second.end()
			second.give(4 * mib)
			taking(t, m.hold(), answersLimit)
			waiting(t, m.hold(), 1)
		},
		"what is taken after the end is not kept": func(t *testing.T, m *memory) {
			h := m.hold()
			h.end()
			taking(t, h, 20*mib)
			taking(t, m.hold(), answersLimit)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newMemory(answersLimit))
		})
	}
}

// TestMemoryNeverLocksUp has many calls hold some answers while they wait for
// more: each of them ends, and what they hold together stays within the bound.
func TestMemoryNeverLocksUp(t *testing.T) {
	t.Parallel()
	m := newMemory(answersLimit)
	var held atomic.Int64
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for range 20 {
				h := m.hold()
				var own int64
				for range 4 {
					taken, err := h.take(t.Context(), rand.N[int64](6*mib)+1)
					if err != nil {
						t.Error(err)
					}
					own += taken
					if now := held.Add(taken); now > AnswersBound {
						t.Errorf("%d bytes are held", now)
					}
				}
				held.Add(-own)
				h.end()
			}
		})
	}
	all.Wait()
}

func TestKeptAnswersAreOneCall(t *testing.T) {
	t.Parallel()
	kept, release := KeepAnswers(t.Context())
	inner, inside := KeepAnswers(kept)
	inside()
	outer, own := holdingOf(kept, false)
	if same, _ := holdingOf(inner, false); own || same != outer {
		t.Error("a call within another has memory of its own")
	}
	if token, own := holdingOf(kept, true); !own || token == outer {
		t.Error("a token is counted in the call that asks for it, which it outlives")
	}
	release()
	if late, own := holdingOf(kept, false); !own || late == outer {
		t.Error("an answer is counted in a call that has ended")
	}
}
