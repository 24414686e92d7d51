package pingcentral

import (
	"strings"
	"testing"
)

// TestRepeatedCallGetsTheOutcome repeats a write as a client does that lost the
// answer, also at another replica with the same store.
func TestRepeatedCallGetsTheOutcome(t *testing.T) {
	f := newForeign(t)
	store := NewMemoryStore()
	replica := func() *Service {
		return f.service(t, withSecret, func(o *Options) {
			o.Store = store
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
	if len(f.writes()) != 1 {
		t.Errorf("sent %v", f.writes())
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
