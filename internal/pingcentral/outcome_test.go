package pingcentral

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestRepeatedCallGetsTheOutcome repeats a write as a client does that lost the
// answer, also at another replica with the same store.
func TestRepeatedCallGetsTheOutcome(t *testing.T) {
	f := newForeign(t)
	store := NewMemoryStore()
	var later atomic.Int64
	replica := func() *Service {
		return f.service(t, withSecret, func(o *Options) {
			o.Store = store
			o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
			o.Key = func() ([]byte, error) { return sharedKey, nil }
		})
	}
	one, two := replica(), replica()
	r, token := sealed(t, one, ByPlan)
	first, err := carryOut(t, one, token, caller, ByPlan, r)
	if err != nil || first.Promotion == nil {
		t.Fatalf("got %+v, %v", first, err)
	}
	for _, s := range []*Service{one, two} {
		again, err := carryOut(t, s, token, caller, ByPlan, r)
		if err != nil || again.Status != first.Status || again.Promotion == nil || again.Promotion.ID != first.Promotion.ID || !hasNote(again, "an earlier call") {
			t.Errorf("the repeated call gets %+v, %v", again, err)
		}
		if _, err := carryOut(t, s, token, "eve", ByPlan, r); fault(err) != PlanOtherCaller {
			t.Errorf("another caller gets %v", err)
		}
	}
	later.Store(int64(PlanLifetime))
	again, err := carryOut(t, two, token, caller, ByPlan, r)
	if err != nil || again.Status != first.Status || !hasNote(again, "an earlier call") {
		t.Errorf("after the plan expired, the repeated call gets %+v, %v", again, err)
	}
	if len(f.writes()) != 1 {
		t.Errorf("sent %v", f.writes())
	}
}

// TestRepeatedCallIsToldWhyThereWasNoWrite repeats calls that sent nothing, or
// that PingCentral refused.
func TestRepeatedCallIsToldWhyThereWasNoWrite(t *testing.T) {
	for _, test := range []struct {
		name string
		use  func(s *Service, f *foreign, p *Plan) error
		says string
	}{
		{"refused by PingCentral", func(s *Service, f *foreign, p *Plan) error {
			f.change(func() { f.writeStatus = 422 })
			_, err := s.Execute(t.Context(), p, Approval{By: ByPlan, Caller: caller})
			return err
		}, "422"},
		{"declined", func(s *Service, _ *foreign, p *Plan) error {
			if err := s.Decline(t.Context(), p, byUser, "declined"); err != nil {
				return err
			}
			return s.Decline(t.Context(), p, byUser, "declined")
		}, "no person approved it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForeign(t)
			s := f.service(t, withSecret)
			r, token := sealed(t, s, ByPlan)
			p, err := s.Open(token, caller, ByPlan, r)
			if err != nil {
				t.Fatal(err)
			}
			if err := test.use(s, f, p); err == nil {
				t.Fatal("the first call did its work")
			}
			sent := len(f.writes())
			if _, err := carryOut(t, s, token, caller, ByPlan, r); fault(err) != PlanUsed || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "may have made") || len(f.writes()) != sent {
				t.Errorf("got %v, sent %v", err, f.writes())
			}
		})
	}
}

// TestUsedPlanWithoutAnOutcome: what is not known is not said.
func TestUsedPlanWithoutAnOutcome(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, toTest())
	if free, err := s.claimPlan(t.Context(), p); !free || err != nil {
		t.Fatal(free, err)
	}
	_, err := asUser(s, t.Context(), p)
	if fault(err) != PlanUsed || strings.Contains(err.Error(), "nothing was sent") || !strings.Contains(err.Error(), "history") || len(f.writes()) > 0 {
		t.Errorf("got %v, sent %v", err, f.writes())
	}
}
