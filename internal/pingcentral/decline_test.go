package pingcentral

import "testing"

// TestDeclinedPlanIsUsed declines a plan, and then carries it
// out all the same.
func TestDeclinedPlanIsUsed(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, toTest())
	if err := s.Decline(t.Context(), p, byUser, "no"); err != nil {
		t.Fatal(err)
	}
	approval := byUser
	approval.Answer = yesTo(p)
	if _, err := s.Execute(t.Context(), p, approval); fault(err) != PlanUsed || len(f.writes()) > 0 {
		t.Errorf("a declined plan gives %v, sent %v", err, f.writes())
	}
}
