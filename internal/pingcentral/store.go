package pingcentral

import (
	"context"
	"errors"
	"sync"
	"time"
)

// PlanStore remembers claims: that a plan was used, and that a write of an
// application is under way. Where replicas share one, each claim is given once
// among all of them.
type PlanStore interface {
	// Claim reports whether key was free, and holds it for lifetime. An error
	// means that nobody knows; the caller then acts as if it was not free.
	Claim(ctx context.Context, key string, lifetime time.Duration) (bool, error)
	// Release frees a key before its lifetime ends.
	Release(ctx context.Context, key string) error
	// Keep stores text under key for lifetime.
	Keep(ctx context.Context, key, text string, lifetime time.Duration) error
	// Kept returns what Keep stored, or "".
	Kept(ctx context.Context, key string) (string, error)
}

// maxClaims bounds the memory of a process, to some 10 MB. It stands for a write
// each second, all day.
const maxClaims = 100_000

// errFull says that a memory store holds maxClaims claims that have not run out.
var errFull = errors.New("too many plans were used within a day")

// memoryStore is the PlanStore of one process.
type memoryStore struct {
	mu     sync.Mutex
	claims map[string]time.Time // when each runs out
	texts  map[string]string    // of claims that Keep made
	now    func() time.Time
}

// NewMemoryStore returns a PlanStore for a process that shares none. It holds at
// most 100,000 claims; full, it gives no more until some run out.
func NewMemoryStore() PlanStore {
	return &memoryStore{claims: map[string]time.Time{}, texts: map[string]string{}, now: time.Now}
}

func (m *memoryStore) Claim(_ context.Context, key string, lifetime time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if ends, taken := m.claims[key]; taken && now.Before(ends) {
		return false, nil
	}
	if len(m.claims) >= maxClaims {
		m.sweep(now)
	}
	if len(m.claims) >= maxClaims {
		return false, errFull
	}
	m.claims[key] = now.Add(lifetime)
	return true, nil
}

func (m *memoryStore) Release(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.claims, key)
	return nil
}

func (m *memoryStore) Keep(ctx context.Context, key, text string, lifetime time.Duration) error {
	free, err := m.Claim(ctx, key, lifetime)
	if err != nil || !free {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.texts == nil {
		m.texts = map[string]string{}
	}
	m.texts[key] = text
	return nil
}

func (m *memoryStore) Kept(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.now().Before(m.claims[key]) {
		return "", nil
	}
	return m.texts[key], nil
}

func (m *memoryStore) sweep(now time.Time) {
	for key, ends := range m.claims {
		if !now.Before(ends) {
			delete(m.claims, key)
			delete(m.texts, key)
		}
	}
}
