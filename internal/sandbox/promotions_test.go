package sandbox

import (
	api "example.com/pingkit/internal/sandbox/pingcentralapi"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPromotionRules(t *testing.T) {
	chosen := `{"clientSecret":"chosen","redirectUris":["https://payroll.example.com/callback"]}`
	for name, c := range map[string]struct {
		application, environment, body string
		owner                          bool
		form                           Forms
		status                         int
	}{
		"good":                               {application: Payroll, environment: Test, body: redirects, status: 200},
		"shielded, by an administrator":      {application: Payroll, environment: Production, body: redirects, status: 200},
		"shielded, by an owner":              {application: Payroll, environment: Production, body: redirects, owner: true, status: 403},
		"by an owner":                        {application: Payroll, environment: Test, body: redirects, owner: true, status: 200},
		"of another owner":                   {application: Ledger, environment: Test, body: redirects, owner: true, status: 403},
		"offline":                            {application: Payroll, environment: Staging, body: redirects, status: 400},
		"offline, other status":              {application: Payroll, environment: Staging, body: redirects, form: Forms{OfflineStatus: 422}, status: 422},
		"OIDC":                               {application: Benefits, environment: Test, body: redirects, status: 200},
		"SAML":                               {application: Travel, environment: Test, body: redirects, status: 400},
		"PingAccess":                         {application: Intranet, environment: Test, body: redirects, status: 400},
		"SAML where any type goes":           {application: Travel, environment: Test, body: `{}`, form: Forms{PromoteAnyType: true}, status: 200},
		"no redirect URIs":                   {application: Payroll, environment: Test, body: `{}`, status: 422},
		"no redirect URIs needed":            {application: Ledger, environment: Test, body: `{}`, status: 200},
		"wildcard host":                      {application: Payroll, environment: Test, body: `{"redirectUris":["https://*.example.com/"]}`, status: 422},
		"wildcard path":                      {application: Payroll, environment: Test, body: `{"redirectUris":["https://a.example.com/ok","https://a.example.com/*"]}`, status: 422},
		"relative":                           {application: Payroll, environment: Test, body: `{"redirectUris":["/callback"]}`, status: 422},
		"fragment":                           {application: Payroll, environment: Test, body: `{"redirectUris":["https://a.example.com/#x"]}`, status: 422},
		"chosen secret":                      {application: Payroll, environment: Test, body: chosen, status: 200},
		"chosen secret where none is wanted": {application: Payroll, environment: Test, body: chosen, form: Forms{RefuseChosenSecrets: true}, status: 422},
		"unknown field":                      {application: Payroll, environment: Test, body: `{"redirectURIs":[]}`, status: 400},
		"not JSON":                           {application: Payroll, environment: Test, body: `x`, status: 400},
		"two values":                         {application: Payroll, environment: Test, body: redirects + redirects, status: 400},
		"created":                            {application: Payroll, environment: Test, body: redirects, form: Forms{PromoteStatus: 201}, status: 201},
		"no content":                         {application: Payroll, environment: Test, body: redirects, form: Forms{PromoteStatus: 204}, status: 204},
		"no result":                          {application: Payroll, environment: Test, body: redirects, form: Forms{PromoteStatus: 201, NoResult: true}, status: 201},
	} {
		t.Run(name, func(t *testing.T) {
			now := newClock()
			s := start(t, Options{Now: now.Now})
			p := newPingCentral(t, s)
			if c.owner {
				p.user, p.password = OwnerName, OwnerPassword
			}
			s.SetForms(c.form)
			before := s.Promotions(c.application)
			document := s.Application(c.application)
			r := p.promote(c.application, c.environment, c.body)
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", r.StatusCode, c.status, r.body)
			}
			after := s.Promotions(c.application)
			if c.status >= 400 {
				if len(after) != len(before) || r.message(t) == "" {
					t.Errorf("%d rows after %d, message %q", len(after), len(before), r.body)
				}
				return
			}
			if (len(r.body) == 0) != (c.status == 204 || c.form.NoResult) {
				t.Errorf("body %q", r.body)
			}
			row := after[len(after)-1]
			promoted, err := row.Promoted.AsTimestampText()
			if len(after) != len(before)+1 || *row.EnvironmentName != c.environment || err != nil || promoted != "2024-11-20T12:00:00.000Z" {
				t.Errorf("newest row %+v at %q", row, promoted)
			}
			if got := s.Application(c.application); modifiedOf(t, got) != modifiedOf(t, document) {
				t.Errorf("modified %s, was %s", modifiedOf(t, got), modifiedOf(t, document))
			}
			checkSecret(t, s, c.application, c.body, r)
		})
	}
	s := start(t, Options{})
	p := newPingCentral(t, s)
	for _, path := range []string{"/" + PayrollID + "/unknown", "/unknown/" + s.EnvironmentID(Test)} {
		if got := p.do(http.MethodPost, "/applications/promotion"+path, redirects).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, got)
		}
	}
}

// checkSecret sees that a generated secret is told, and a chosen one is used and not told.
func checkSecret(t *testing.T, s *Sandbox, application, body string, r reply) {
	t.Helper()
	kept := s.ClientSecret(application)
	switch {
	case strings.Contains(body, "chosen"):
		if kept != "chosen" || strings.Contains(string(r.body), "chosen") {
			t.Errorf("kept secret %q, told %s", kept, r.body)
		}
	case application == Travel:
		if kept != "" {
			t.Errorf("a SAML application has the secret %q", kept)
		}
	case !strings.HasPrefix(kept, generatedSecret):
		t.Errorf("kept secret %q, want a generated one", kept)
	case len(r.body) > 0 && r.json(t)["clientSecret"] != kept:
		t.Errorf("told %s, kept %q", r.body, kept)
	}
}

func TestApprovalForm(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	s.SetForms(Forms{ApprovalRequired: true})
	before := len(s.Promotions(Payroll))
	if r := p.promote(Payroll, Test, redirects); r.StatusCode != 200 || r.json(t)["approvalStatus"] != "PENDING" {
		t.Errorf("first: %d %s", r.StatusCode, r.body)
	}
	if r := p.promote(Payroll, Test, redirects); r.StatusCode != 400 {
		t.Errorf("second: %d %s", r.StatusCode, r.body)
	}
	if got := len(s.Promotions(Payroll)); got != before {
		t.Errorf("%d rows, want %d", got, before)
	}
}

func TestRevertRules(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	p := newPingCentral(t, s)
	rows := s.Promotions(Payroll)
	revert := func(row, application string) reply {
		t.Helper()
		return p.do(http.MethodPut, "/applications/promotion/history/"+row+"/restore/"+application, "")
	}
	for n, row := range rows {
		want := http.StatusOK
		if *row.OutdatedVersion || *row.NotPromotedInCurrentVersion {
			want = http.StatusUnprocessableEntity
		}
		now.Advance(time.Minute)
		modified := modifiedOf(t, s.Application(Payroll))
		r := revert(*row.ID, PayrollID)
		if r.StatusCode != want {
			t.Errorf("row %d: status %d, want %d", n, r.StatusCode, want)
		}
		if changed := modifiedOf(t, s.Application(Payroll)) != modified; changed != (want == http.StatusOK) {
			t.Errorf("row %d: modified changed: %v", n, changed)
		}
	}
	// The settings of the row are PingCentral's copy now; nothing was promoted.
	if got := s.RedirectURIs(Payroll); !slices.Equal(got, []string{"https://TEST.example.com/callback"}) {
		t.Errorf("redirect URIs %q", got)
	}
	p.promote(Payroll, Production, `{"clientSecret":"newer","redirectUris":["https://newer.example.com/"]}`)
	revert(*rows[4].ID, PayrollID)
	if s.ClientSecret(Payroll) == "newer" || s.RedirectURIs(Payroll)[0] != "https://PROD.example.com/callback" {
		t.Errorf("after the revert: %q %q", s.ClientSecret(Payroll), s.RedirectURIs(Payroll))
	}
	if got := len(s.Promotions(Payroll)); got != len(rows)+1 {
		t.Errorf("%d rows, want %d: a revert adds none", got, len(rows)+1)
	}
	for _, c := range [][2]string{{"unknown", PayrollID}, {*rows[5].ID, s.ApplicationID(Benefits)}, {*rows[5].ID, "unknown"}} {
		if got := revert(c[0], c[1]).StatusCode; got != http.StatusNotFound {
			t.Errorf("row %s of %s: status %d, want 404", c[0], c[1], got)
		}
	}
	p.user, p.password = OwnerName, OwnerPassword
	if got := revert(*s.Promotions(Ledger)[0].ID, s.ApplicationID(Ledger)).StatusCode; got != http.StatusForbidden {
		t.Errorf("of another owner: status %d, want 403", got)
	}
}

func modifiedOf(t *testing.T, a api.Application) string {
	t.Helper()
	text, err := a.Modified.AsTimestampText()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
