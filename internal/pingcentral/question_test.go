package pingcentral

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestAnswersThatApprove(t *testing.T) {
	production := PromoteRequest{Application: "Payroll", Environment: "Production", NoRedirectURIs: true}
	for _, test := range []struct {
		request Request
		answer  string
		good    bool
	}{
		{production, "Production", true}, {production, " PRODUCTION\n", true},
		{production, "", false}, {production, "yes, promote", false}, {production, "PROD", false}, {production, "env-prod", false}, {production, "Test", false},
		{toTest(), "yes, promote", true}, {toTest(), "Yes, promote ", true},
		{toTest(), "", false}, {toTest(), No, false}, {toTest(), "yes", false}, {toTest(), "Test", false}, {toTest(), "yes, revert", false},
		{RevertRequest{"Payroll", "h1"}, "yes, revert", true}, {RevertRequest{"Payroll", "h1"}, "yes, promote", false}, {RevertRequest{"Payroll", "h1"}, "", false},
	} {
		t.Run(fmt.Sprintf("%T %q", test.request, test.answer), func(t *testing.T) {
			f := newForeign(t)
			var audit bytes.Buffer
			s := f.service(t, func(o *Options) { o.Audit = NewAudit(&audit, "") })
			p := planned(t, s, test.request)
			_, err := s.Execute(t.Context(), p, Approval{By: ByUser, How: "form", Answer: test.answer})
			if test.good {
				if err != nil || len(f.writes()) != 1 {
					t.Errorf("got %v, sent %v", err, f.writes())
				}
				return
			}
			wrong, ok := errors.AsType[*NotApprovedError](err)
			if !ok || wrong.Plan.ID != p.ID || len(f.writes()) > 0 {
				t.Errorf("got %v, sent %v", err, f.writes())
			}
			lines := auditLines(t, audit.String())
			if len(lines) != 1 || lines[0]["phase"] != "asked" || lines[0]["outcome"] != "not_approved" || lines[0]["approved"] != nil {
				t.Errorf("the audit is %s", audit.String())
			}
			if _, err := s.Execute(t.Context(), p, Approval{By: ByUser, Answer: yesTo(p)}); fault(err) != PlanUsed {
				t.Errorf("another answer to the same question gives %v", err)
			}
		})
	}
}

func TestDeclinedPlanIsUsedUp(t *testing.T) {
	f := newForeign(t)
	var audit bytes.Buffer
	s := f.service(t, func(o *Options) { o.Audit = NewAudit(&audit, "") }, withSecret)
	r, token := sealed(t, s, ByUser)
	p, err := s.Open(token, caller, ByUser, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Decline(t.Context(), p, byUser, "too_fast: answered in 1 ms"); err != nil {
		t.Fatal(err)
	}
	lines := auditLines(t, audit.String())
	if len(lines) != 1 || lines[0]["outcome"] != "not_approved" || !strings.Contains(fmt.Sprint(lines[0]["application"]), "Payroll") || !strings.Contains(fmt.Sprint(lines[0]["detail"]), "1 ms") {
		t.Errorf("the audit is %s", audit.String())
	}
	if _, err := carryOut(t, s, token, caller, ByUser, r); fault(err) != PlanUsed || len(f.writes()) > 0 {
		t.Errorf("got %v, sent %v", err, f.writes())
	}
}

func TestStateDigestIsTheSameForIDsAndNames(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	for _, same := range [][]Request{
		{PromoteRequest{Application: "payr", Environment: "tst", NoRedirectURIs: true}, PromoteRequest{Application: payrollID, Environment: "env-test", NoRedirectURIs: true}},
		{RevertRequest{"payr", Previous}, RevertRequest{payrollID, "h2"}},
	} {
		if one, two := planned(t, s, same[0]), planned(t, s, same[1]); one.Digest != two.Digest {
			t.Errorf("%+v and %+v have different digests", same[0], same[1])
		}
	}
}

func TestCommandOfAPlan(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "prod", RedirectURIs: []string{"https://a.example.com/cb?x='$(id)'&y=1"}})
	want := `pingkit app promote app:payroll-1 --to env-prod --redirect-uri 'https://a.example.com/cb?x='\''$(id)'\''&y=1' --expect-state ` + p.Digest
	if got := p.Command(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r := planned(t, s, RevertRequest{"Payroll", Previous})
	if got, want := r.Command(), "pingkit app revert app:payroll-1 --to h2 --expect-state "+r.Digest; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
