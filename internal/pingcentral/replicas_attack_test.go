package pingcentral

import (
	"errors"
	"sync"
	"testing"
	"time"
)

// TestReplicasAtOnce presents one plan to two processes at the same moment. With
// a store between them one request is sent. Without one each may send its own,
// if both read the state before the other's write shows: docs/security.md says
// so. None sends two, and who comes later sends nothing.
func TestReplicasAtOnce(t *testing.T) {
	for _, test := range []struct {
		name  string
		store PlanStore
		most  int
	}{{"with a store", NewMemoryStore(), 1}, {"without a store", nil, 2}} {
		t.Run(test.name, func(t *testing.T) {
			for range 5 {
				f := newForeign(t)
				// Each write shows only after a while, so that both read the same state.
				f.change(func() { f.before = func() { time.Sleep(20 * time.Millisecond) } })
				shared := func(o *Options) { o.Store = test.store }
				replicas := []*Service{f.service(t, withSecret, withKey, shared), f.service(t, withSecret, withKey, shared)}
				r, token := sealed(t, replicas[0], ByPlan)
				var both sync.WaitGroup
				for _, s := range replicas {
					for range 3 {
						both.Go(func() {
							p, err := s.Open(token, caller, ByPlan, r)
							if err != nil {
								t.Error(err)
								return
							}
							// What an attempt gives is its own affair; what was sent counts.
							_, err = s.Execute(t.Context(), p, Approval{By: ByPlan, Caller: caller})
							var failed *NotDoneError
							if errors.As(err, &failed) {
								t.Error(err)
							}
						})
					}
				}
				both.Wait()
				if n := len(f.writes()); n < 1 || n > test.most {
					t.Errorf("%d requests were sent, want 1 to %d", n, test.most)
				}
				f.forget()
				var changed *ChangedError
				late := f.service(t, withSecret, withKey)
				if _, err := carryOut(t, late, token, caller, ByPlan, r); !errors.As(err, &changed) || len(f.writes()) > 0 {
					t.Errorf("a replica that comes later: %v, sent %v", err, f.writes())
				}
				f.Close()
			}
		})
	}
}
