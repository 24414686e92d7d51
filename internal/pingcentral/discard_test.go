package pingcentral

import "testing"

// TestDiscardedPlanIsUsed has a user decline a plan, and then somebody carry it
// out all the same.
func TestDiscardedPlanIsUsed(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, toTest())
	if err := s.Discard(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Execute(t.Context(), p, byUser); fault(err) != PlanUsed || len(f.writes()) > 0 {
		t.Errorf("a declined plan gives %v, sent %v", err, f.writes())
	}
}
