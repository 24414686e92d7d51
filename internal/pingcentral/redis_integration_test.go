//go:build integration

package pingcentral

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/internal/testutil/redistest"
)

func at(url string) func() (string, error) { return func() (string, error) { return url, nil } }

func TestIntegrationRedisStore(t *testing.T) {
	url, stop := redistest.Start(t)
	testClaims(t, NewStore(at(url), nil), NewStore(at(url), nil))

	wrong := strings.Replace(url, "hunter2", "hunter3", 1)
	if free, err := NewStore(at(wrong), nil).Claim(t.Context(), "plan/x", "me", time.Minute); free || err == nil || strings.Contains(err.Error(), "hunter") {
		t.Errorf("a wrong password gives %t, %v", free, err)
	}
	s := NewStore(at(url), nil)
	if free, err := s.Claim(t.Context(), "plan/y", "me", time.Minute); !free || err != nil {
		t.Errorf("a claim gives %t, %v", free, err)
	}
	stop()
	start := time.Now()
	if free, err := s.Claim(t.Context(), "plan/z", "me", time.Minute); free || err == nil || time.Since(start) > 2*redisTimeout {
		t.Errorf("a Redis that is gone gives %t, %v after %s", free, err, time.Since(start))
	}
}

// TestIntegrationRedisReplicas has replicas with a shared key and store carry
// out one plan at the same moment: the write is sent once among them.
func TestIntegrationRedisReplicas(t *testing.T) {
	url, stop := redistest.Start(t)
	f := newForeign(t)
	f.change(func() { f.before = func() { time.Sleep(50 * time.Millisecond) } })
	var replicas []*Service
	for range 4 {
		replicas = append(replicas, f.service(t, withSecret, withKey, func(o *Options) { o.Store = NewStore(at(url), nil) }))
	}
	r, token := sealed(t, replicas[0], ByPlan)
	_, other := sealed(t, replicas[1], ByPlan)
	var wg sync.WaitGroup
	var done atomic.Int32
	for i := range 16 {
		mine := []string{token, other}[i/8]
		wg.Go(func() {
			if _, err := carryOut(t, replicas[i%4], mine, caller, ByPlan, r); err == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if sent := f.writes(); len(sent) != 1 || done.Load() != 1 {
		t.Errorf("%d calls succeed, sent %v", done.Load(), sent)
	}

	stop()
	f.forget()
	_, late := sealed(t, replicas[2], ByPlan)
	var refused *RefusedError
	if _, err := carryOut(t, replicas[3], late, caller, ByPlan, r); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "PINGKIT_PLAN_STORE") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without its store a replica gives %v", err)
	}
	if sent := f.writes(); len(sent) > 0 {
		t.Errorf("without its store a replica sends %v", sent)
	}
}
