package pingcentral

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/pingcentralapi"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// withSandbox returns a sandbox and a Service for it.
func withSandbox(t *testing.T, edits ...func(*Options)) (*sandbox.Sandbox, *Service) {
	t.Helper()
	box := sandboxtest.New(t, sandbox.Options{Hostile: true})
	api, err := connect.NewPingCentral(box.PingCentral(), connect.WithRetryBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.CloseIdleConnections)
	o := Options{Patience: hasty, Audit: NewAudit(new(strings.Builder), "")}
	for _, edit := range edits {
		edit(&o)
	}
	return box, New(func() (*connect.PingCentral, error) { return api, nil }, o)
}

func toProduction() PromoteRequest {
	return PromoteRequest{Application: "payroll", Environment: "production", RedirectURIs: []string{"https://payroll.example.com/callback"}, ClientSecretRef: "env:PINGKIT_SECRET_A"}
}

func TestSandboxJob(t *testing.T) {
	forms := map[string]sandbox.Forms{
		"documented":    {},
		"bare, 204":     {Lists: sandbox.ListBare, History: sandbox.ListBare, PromoteStatus: 204, RevertStatus: 204},
		"millis, 201":   {Times: sandbox.TimeMillis, PromoteStatus: 201, RevertStatus: 201, NoResult: true, NewestFirst: true},
		"paged":         {CentralPageSize: 2, Lists: sandbox.ListNull, Times: sandbox.TimeOffset},
		"no single":     {NoSingleApplication: http.StatusMethodNotAllowed, UnknownFields: true, UnknownValues: true},
		"single is 404": {NoSingleApplication: http.StatusNotFound, Lists: sandbox.ListBare},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			box, s := withSandbox(t, withSecret)
			box.SetForms(form)
			p, err := s.PlanPromotion(t.Context(), toProduction())
			if err != nil {
				t.Fatal(err)
			}
			if !p.Shielded || !strings.Contains(p.Words(), "SHIELDED") || p.Overwrites == nil || !strings.HasPrefix(p.Overwrites.Promoted, "2023-03-20T") {
				t.Errorf("the plan is %+v:\n%s", p, p.Words())
			}
			out, err := asUser(s, t.Context(), p)
			if err != nil || out.Status != StatusPromoted || out.Promotion == nil {
				t.Fatalf("the promotion gives %+v, %v", out, err)
			}
			rows := box.Promotions(sandbox.Payroll)
			if last := rows[len(rows)-1]; *last.ID != out.Promotion.ID || last.EnvironmentID != box.EnvironmentID(sandbox.Production) || len(rows) != 7 {
				t.Errorf("the history ends with %+v, the outcome names %+v", last, out.Promotion)
			}
			q, err := s.PlanRevert(t.Context(), RevertRequest{"Payroll", Previous})
			if err != nil || !strings.HasPrefix(q.Restores.Promoted, "2024-09-17T12:05:00") {
				t.Fatalf("previous is %+v, %v", q, err)
			}
			out, err = asUser(s, t.Context(), q)
			if err != nil || out.Status != StatusReverted {
				t.Errorf("the revert gives %+v, %v", out, err)
			}
			if n, m := len(box.RequestsOf("promoteApplication")), len(box.RequestsOf("revertApplication")); n != 1 || m != 1 {
				t.Errorf("%d promotions and %d reverts were sent", n, m)
			}
			view, err := s.Application(t.Context(), "Payroll", 20)
			if err != nil || len(view.Promotions) != 7 || view.Promotions[6].CanRevert || !view.Promotions[4].Environment.Gone || view.Promotions[0].Environment.Gone {
				t.Errorf("the application is %+v, %v", view, err)
			}
		})
	}
}

func TestSandboxFaults(t *testing.T) {
	for name, test := range map[string]struct {
		fault sandbox.Fault
		form  sandbox.Forms
		want  Status // "" for an error that nothing was done
		rows  int
	}{
		"dropped after":       {sandbox.Fault{DropAfter: true}, sandbox.Forms{}, StatusPromoted, 7},
		"late after":          {sandbox.Fault{DelayAfter: time.Second}, sandbox.Forms{}, StatusPromoted, 7},
		"502 after":           {sandbox.Fault{Status: 502, AfterEffect: true, NoBody: true}, sandbox.Forms{}, StatusPromoted, 7},
		"dropped before":      {sandbox.Fault{DropBefore: true}, sandbox.Forms{}, StatusUnknown, 6},
		"500 before":          {sandbox.Fault{Status: 500}, sandbox.Forms{}, StatusNotPromoted, 6},
		"500 before, as HTML": {sandbox.Fault{Status: 500}, sandbox.Forms{ErrorForm: sandbox.ErrorHTML}, StatusNotPromoted, 6},
		"a gateway's page":    {sandbox.GatewayPage("promoteApplication", 502, 1), sandbox.Forms{}, StatusUnknown, 6},
		"needs an approval":   {sandbox.Fault{}, sandbox.Forms{ApprovalRequired: true}, StatusUnknown, 6},
		"refuses secrets":     {sandbox.Fault{}, sandbox.Forms{RefuseChosenSecrets: true}, "", 6},
		"refuses, empty":      {sandbox.Fault{}, sandbox.Forms{RefuseChosenSecrets: true, ErrorForm: sandbox.ErrorEmpty}, "", 6},
		"429":                 {sandbox.RateLimited("promoteApplication", "1", 1), sandbox.Forms{}, "", 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, s := withSandbox(t, withSecret, func(o *Options) {
				if test.fault.DelayAfter > 0 {
					o.Patience.Send = test.fault.DelayAfter / 2
				}
			})
			box.SetForms(test.form)
			p, err := s.PlanPromotion(t.Context(), toProduction())
			if err != nil {
				t.Fatal(err)
			}
			fault := test.fault
			fault.Operation, fault.Times = "promoteApplication", 1
			box.Inject(fault)
			out, err := asUser(s, t.Context(), p)
			var failed *NotDoneError
			if out.Status != test.want || test.want == "" != errors.As(err, &failed) {
				t.Errorf("the outcome is %+v, %v", out, err)
			}
			if n := len(box.RequestsOf("promoteApplication")); n != 1 {
				t.Errorf("%d promotions were sent", n)
			}
			if rows := box.Promotions(sandbox.Payroll); len(rows) != test.rows {
				t.Errorf("the history has %d rows, want %d", len(rows), test.rows)
			}
			if text := fmt.Sprint(out, err); strings.Contains(text, "hunter2") || strings.Contains(text, "not-for-logs") {
				t.Errorf("a secret is in %s", text)
			}
		})
	}
}

func TestSandboxRefusals(t *testing.T) {
	box, s := withSandbox(t)
	var refused *RefusedError
	for _, r := range []Request{
		PromoteRequest{Application: sandbox.Payroll, Environment: sandbox.Staging, NoRedirectURIs: true},
		PromoteRequest{Application: sandbox.Travel, Environment: sandbox.Test, NoRedirectURIs: true},
		PromoteRequest{Application: sandbox.Intranet, Environment: sandbox.Test, NoRedirectURIs: true},
		RevertRequest{"Starter", Previous},
		RevertRequest{"Legacy Timesheets", *box.Promotions("Legacy Timesheets")[0].ID},
	} {
		if _, err := s.plan(t.Context(), r); !errors.As(err, &refused) {
			t.Errorf("%+v gives %v", r, err)
		}
	}
	p, err := s.PlanPromotion(t.Context(), PromoteRequest{Application: sandbox.Ledger, Environment: "TEST", NoRedirectURIs: true})
	if err != nil {
		t.Fatal(err)
	}
	box.EditApplication(sandbox.Ledger, func(a *pingcentralapi.Application) { a.Name = "Ledger" })
	if _, err := asUser(s, t.Context(), p); err == nil || len(box.RequestsOf("promoteApplication")) > 0 {
		t.Errorf("a renamed application gives %v", err)
	}
	view, err := s.Applications(t.Context(), AppQuery{Text: "expenses"})
	if err != nil || len(view.Applications) != 1 || strings.ContainsAny(view.Applications[0].Name, "\n\r\u202e") {
		t.Errorf("the hostile application is %+v, %v", view, err)
	}
	p, err = s.PlanPromotion(t.Context(), PromoteRequest{Application: "Expenses", Environment: "TEST", NoRedirectURIs: true})
	if err != nil || strings.Count(p.Words(), "\nTarget: ") != 1 || strings.Contains(p.Words(), "\nApproved by") {
		t.Errorf("the hostile application's plan is %+v, %v", p, err)
	}
	list, err := s.Environments(t.Context())
	if err != nil || strings.Contains(fmt.Sprintf("%#v", list), sandbox.EnvironmentSecret) {
		t.Errorf("the environments are %#v, %v", list, err)
	}
}
