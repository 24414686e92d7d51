package pingcentral

import (
	"context"
	"os"
	"sync"
	"time"

	"example.com/pingkit/connect"
)

// Policy is what the operator allows.
type Policy struct {
	ReadOnly  bool     // no promotion and no revert
	PromoteTo []string // allowed targets by id, name or short code; empty allows all
}

// Patience bounds the steps of a write; zero fields take the defaults. Together
// they stay below the 60 seconds after which MCP clients give up.
type Patience struct {
	Read    time.Duration // reading the state again before the act; 20 s
	Send    time.Duration // the one request; 25 s
	Settle  time.Duration // looking for the outcome of a request in doubt; 30 s
	Confirm time.Duration // looking for the new row after a success; 3 s
}

// Options are the surroundings of a Service. The zero value works.
type Options struct {
	Policy Policy
	Key    func() ([]byte, error) // 32 bytes shared by replicas; nil, or no bytes: random
	Store  PlanStore              // nil: this process's memory
	// Unshared returns why a sealed plan is good in this process alone though others
	// of the same user should know it, or nil. It is asked once a plan was sealed.
	Unshared func() error
	Audit    *Audit // nil: stderr
	Secrets  SecretSource
	Patience Patience
	Now      func() time.Time // nil: time.Now
}

// Service reads and writes one PingCentral. It keeps no copy of what it read.
type Service struct {
	api      func() (*connect.PingCentral, error)
	policy   Policy
	sealer   func() (*sealer, error)
	store    PlanStore
	audit    *Audit
	secrets  SecretSource
	unshared func() error
	patience Patience
	now      func() time.Time
}

// New returns a Service. The function api gives the client, or an error that
// says what to set; it, and Options.Key, are called when first needed.
func New(api func() (*connect.PingCentral, error), o Options) *Service {
	s := &Service{
		api: api, policy: o.Policy, store: o.Store, audit: o.Audit, secrets: o.Secrets, unshared: o.Unshared, now: o.Now,
		patience: Patience{
			Read:    or(o.Patience.Read, 20*time.Second),
			Send:    or(o.Patience.Send, 25*time.Second),
			Settle:  or(o.Patience.Settle, 30*time.Second),
			Confirm: or(o.Patience.Confirm, 3*time.Second),
		},
	}
	if s.store == nil {
		s.store = NewMemoryStore()
	}
	if s.audit == nil {
		s.audit = NewAudit(os.Stderr, "")
	}
	if s.unshared == nil {
		s.unshared = func() error { return nil }
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.sealer = lazily(func() (*sealer, error) {
		var key []byte
		if o.Key != nil {
			var err error
			if key, err = o.Key(); err != nil {
				return nil, err
			}
		}
		if len(key) == 0 {
			key = randomKey()
		}
		return newSealer(key)
	})
	return s
}

// Unshared returns why a plan that was sealed is good in this process alone, or
// nil; see Options.
func (s *Service) Unshared() error { return s.unshared() }

// Drain makes sure that no further write is sent. Writes that were sent are
// followed to their outcome. Call it when the process begins to shut down.
func (s *Service) Drain() { s.audit.drain() }

// Close ends the audit of writes that are still under way when the process ends:
// their outcome is not known to anybody then. They are not stopped; no other is
// sent any more.
func (s *Service) Close() error {
	return s.audit.abandon("pingkit ended before the outcome was found: look at the application's history")
}

// Environments returns PingCentral's environments in its order.
func (s *Service) Environments(ctx context.Context) ([]Environment, error) {
	api, err := s.api()
	if err != nil {
		return nil, err
	}
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	return environments(ctx, api)
}

// lazily makes something when it is first needed. A failure is not kept: a
// secret's file may come later than the process.
func lazily[T any](build func() (T, error)) func() (T, error) {
	var mu sync.Mutex
	var made *T
	return func() (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if made == nil {
			thing, err := build()
			if err != nil {
				return thing, err
			}
			made = &thing
		}
		return *made, nil
	}
}

func or(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}
