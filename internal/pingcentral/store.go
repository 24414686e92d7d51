package pingcentral

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"
)

// PlanStore remembers claims: that a plan was used, and that a write of an
// application is under way. Where processes share one, each claim is given once
// among all of them.
type PlanStore interface {
	// Claim reports whether key was free, and stores value under it for lifetime if
	// it was. After an error, whether the key is held is not known; the caller then
	// acts as if it was not free.
	Claim(ctx context.Context, key, value string, lifetime time.Duration) (bool, error)
	// Release frees a key before its lifetime ends, if value is what it holds: the
	// name of the claim's owner.
	Release(ctx context.Context, key, value string) error
	// Value returns what a key that is not free holds, or "".
	Value(ctx context.Context, key string) (string, error)
}

// maxClaims bounds the memory of a process, to some 10 MB. It stands for a write
// each second, all day.
const maxClaims = 100_000

// errFull says that a memory store holds maxClaims claims that have not run out.
var errFull = errors.New("too many plans were used within a day")

// memoryStore is the PlanStore of one process.
type memoryStore struct {
	mu     sync.Mutex
	claims map[string]memoryClaim
	now    func() time.Time
}

type memoryClaim struct {
	ends  time.Time
	value string
}

// NewMemoryStore returns a PlanStore for a process that shares none. It holds at
// most 100,000 claims; full, it gives no more until some run out.
func NewMemoryStore() PlanStore {
	return &memoryStore{claims: map[string]memoryClaim{}, now: time.Now}
}

func (m *memoryStore) Claim(_ context.Context, key, value string, lifetime time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if now.Before(m.claims[key].ends) {
		return false, nil
	}
	if len(m.claims) >= maxClaims {
		maps.DeleteFunc(m.claims, func(_ string, c memoryClaim) bool { return !now.Before(c.ends) })
	}
	if len(m.claims) >= maxClaims {
		return false, errFull
	}
	m.claims[key] = memoryClaim{now.Add(lifetime), value}
	return true, nil
}

func (m *memoryStore) Release(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claims[key].value == value {
		delete(m.claims, key)
	}
	return nil
}

func (m *memoryStore) Value(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.claims[key]; m.now().Before(c.ends) {
		return c.value, nil
	}
	return "", nil
}
