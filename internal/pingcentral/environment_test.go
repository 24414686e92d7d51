package pingcentral

import "testing"

func TestRowWithoutAnEnvironmentIDIsNotOfOneThatIsGone(t *testing.T) {
	f := newForeign(t)
	f.change(func() { f.rows[payrollID] = []object{row("h1", "", "2026-01-01T10:00:00Z", object{})} })
	view, err := f.service(t).Application(t.Context(), payrollID, 0)
	if err != nil || len(view.Promotions) != 1 || view.Promotions[0].Environment.Gone {
		t.Errorf("got %+v, %v", view.Promotions, err)
	}
}
