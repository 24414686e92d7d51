package pingcentral

import (
	"testing"
	"time"
)

// TestPlanIsGoodOnceWhenTheClockIsSetBack has a PingCentral that leaves no trace
// of a promotion which waits for an approval, so that the store alone refuses.
func TestPlanIsGoodOnceWhenTheClockIsSetBack(t *testing.T) {
	for _, back := range []time.Duration{4 * time.Minute, time.Hour, 12 * time.Hour} {
		f := newForeign(t)
		f.change(func() { f.effect, f.writeStatus = false, 202 })
		wall, passed := time.Now(), time.Now()
		s := f.service(t, withSecret, func(o *Options) {
			o.Now = func() time.Time { return wall }
			o.Store = &memoryStore{claims: map[string]memoryClaim{}, now: func() time.Time { return passed }}
			o.Patience.Settle, o.Patience.Confirm = 1, 1
		})
		r, token := sealed(t, s, ByPlan)
		if _, err := carryOut(t, s, token, caller, ByPlan, r); err != nil {
			t.Fatal(err)
		}
		passed = passed.Add(back + 4*time.Minute)
		wall = wall.Add(4 * time.Minute)
		if out, err := carryOut(t, s, token, caller, ByPlan, r); err != nil || !hasNote(out, "an earlier call") || len(f.writes()) != 1 {
			t.Errorf("set back by %s, a used plan gives %+v, %v, sent %v", back, out, err, f.writes())
		}
	}
}
