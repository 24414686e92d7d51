package pingcentral

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/match"
)

func toTest() PromoteRequest {
	return PromoteRequest{Application: "Payroll", Environment: "Test", NoRedirectURIs: true}
}

func TestPlansAreRefused(t *testing.T) {
	secrets := func(o *Options) { o.Secrets = SecretSource{Variable: variables(nil), Dir: t.TempDir()} }
	policy := func(p Policy) func(*Options) { return func(o *Options) { o.Policy = p } }
	for name, test := range map[string]struct {
		request Request
		option  func(*Options)
		edit    func(*foreign)
		reason  string
		policy  bool
	}{
		"read-only":         {toTest(), policy(Policy{ReadOnly: true}), nil, "read-only", true},
		"read-only, revert": {RevertRequest{"Payroll", "h1"}, policy(Policy{ReadOnly: true}), nil, "read-only", true},
		"offline":           {PromoteRequest{Application: "Payroll", Environment: "DR", NoRedirectURIs: true}, nil, nil, `"Disaster Recovery" takes no promotion: PingCentral reports it as OFFLINE`, false},
		"disabled":          {toTest(), nil, func(f *foreign) { f.envs[1]["environmentAvailability"] = "DISABLED" }, "reports it as DISABLED", false},
		"not allowed":       {toTest(), policy(Policy{PromoteTo: []string{"PROD"}}), nil, "not among those", true},
		"a part is not allowed": {toTest(), policy(Policy{PromoteTo: []string{"Production", "Tes"}}), nil,
			`PingCentral does not have: "Tes" (use "Test"?)`, true},
		"a misspelt name allows nothing": {toTest(), policy(Policy{PromoteTo: []string{"Test", "Prodction"}}), nil, `"Prodction" (use "Production"?)`, true},
		"allowed name of two": {PromoteRequest{Application: "Payroll", Environment: "env-test", NoRedirectURIs: true}, policy(Policy{PromoteTo: []string{"test"}}), func(f *foreign) { f.envs[3]["shortCode"] = "TEST" },
			`several environments answer to "test"`, true},
		"an id before a name": {toTest(), policy(Policy{PromoteTo: []string{"env-dev"}}), func(f *foreign) { f.envs[1]["shortCode"] = "env-dev" },
			"not among those", true},
		"SAML":         {PromoteRequest{Application: "Wiki", Environment: "Test", NoRedirectURIs: true}, nil, nil, "entity id, ACS URL and certificates", false},
		"PingAccess":   {PromoteRequest{Application: "Proxy", Environment: "Test", NoRedirectURIs: true}, nil, nil, "PingAccess", false},
		"unknown type": {PromoteRequest{Application: "Quantum", Environment: "Test", NoRedirectURIs: true}, nil, nil, "OAUTH_3", false},
		"wildcard": {PromoteRequest{Application: "Payroll", Environment: "Test", RedirectURIs: []string{"https://*.example.com/"}}, nil, nil,
			"wildcards", false},
		"secret itself":   {PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "hunter2hunter2", NoRedirectURIs: true}, secrets, nil, "not of an allowed form", true},
		"secret missing":  {PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_X", NoRedirectURIs: true}, secrets, nil, "not set", false},
		"secret's file":   {PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "file:x", NoRedirectURIs: true}, secrets, nil, "no such file", false},
		"outdated row":    {RevertRequest{"Payroll", "h0"}, nil, nil, "outdatedVersion", false},
		"earlier version": {RevertRequest{"Payroll", "h1"}, nil, func(f *foreign) { f.rows[payrollID][0]["notPromotedInCurrentVersion"] = true }, "notPromotedInCurrentVersion", false},
		"never promoted":  {RevertRequest{"Travel", Previous}, nil, nil, "never promoted", false},
		"no previous":     {RevertRequest{"Payroll", Previous}, nil, func(f *foreign) { f.rows[payrollID] = f.rows[payrollID][:1] }, "no promotion before the newest", false},
		"only old ones": {RevertRequest{"Payroll", Previous}, nil, func(f *foreign) { f.rows[payrollID] = []object{f.rows[payrollID][1], f.rows[payrollID][3]} },
			"no promotion before the newest", false},
		"previous of what": {RevertRequest{"Payroll", Previous}, nil, func(f *foreign) { f.rows[payrollID][0]["promoted"] = "some day" }, "does not say when", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForeign(t)
			if test.edit != nil {
				f.change(func() { test.edit(f) })
			}
			var edits []func(*Options)
			if test.option != nil {
				edits = append(edits, test.option)
			}
			p, err := f.service(t, edits...).plan(t.Context(), test.request)
			var refused *RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("the plan is %v, %v; want a refusal", p, err)
			}
			if !strings.Contains(refused.Reason, test.reason) || refused.Next == "" || refused.Policy != test.policy {
				t.Errorf("the refusal is %q, policy %t; want %q, policy %t, and what to do", err, refused.Policy, test.reason, test.policy)
			}
			if strings.Contains(err.Error(), "hunter2") || p != nil {
				t.Errorf("the refusal is %v with %v", err, p)
			}
			if sent := f.writes(); len(sent) > 0 {
				t.Errorf("a plan sent %v", sent)
			}
		})
	}
}

func TestPlansOfUnknownNames(t *testing.T) {
	s := newForeign(t).service(t)
	var unknown *match.NotFoundError
	for _, r := range []Request{
		PromoteRequest{Application: "Pyroll", Environment: "Test", NoRedirectURIs: true}, PromoteRequest{Application: "Payroll", Environment: "Tset", NoRedirectURIs: true},
		RevertRequest{"Payroll", "h9"}, RevertRequest{"Payroll", ""}, RevertRequest{"Nothing", Previous},
	} {
		_, err := s.plan(t.Context(), r)
		if !errors.As(err, &unknown) || len(unknown.Nearest) == 0 {
			t.Errorf("%+v: %v, want the names near it", r, err)
			continue
		}
		if strings.Contains(err.Error(), "h0 (") {
			t.Errorf("%+v: %v names a promotion that cannot be reverted to", r, err)
		}
	}
	var ambiguous *match.AmbiguousError
	f := newForeign(t)
	f.envs[0]["name"] = "Test 2"
	if _, err := f.service(t).plan(t.Context(), PromoteRequest{Application: "Payroll", Environment: "es", NoRedirectURIs: true}); !errors.As(err, &ambiguous) {
		t.Errorf("a part of two names: %v", err)
	}
}

func TestPlansThatAreAllowed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "payroll"), []byte("hunter2hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		request PromoteRequest
		policy  Policy
	}{
		"everything":    {toTest(), Policy{}},
		"by name":       {toTest(), Policy{PromoteTo: []string{"production", "tEST"}}},
		"by short code": {toTest(), Policy{PromoteTo: []string{"TST"}}},
		"by id":         {PromoteRequest{Application: "pay", Environment: "tst", NoRedirectURIs: true}, Policy{PromoteTo: []string{"env-test"}}},
		"SAML, any":     {PromoteRequest{Application: "Wiki", Environment: "env-test", AnyType: true, NoRedirectURIs: true}, Policy{}},
		"OIDC":          {PromoteRequest{Application: "Travel", Environment: "Test", NoRedirectURIs: true}, Policy{}},
		"file":          {PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "file:payroll", NoRedirectURIs: true}, Policy{}},
		"variable":      {PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true}, Policy{}},
	} {
		f := newForeign(t)
		s := f.service(t, func(o *Options) {
			o.Policy = test.policy
			o.Secrets = SecretSource{Variable: variables(map[string]string{"PINGKIT_SECRET_A": "hunter2hunter2"}), Dir: dir}
		})
		p, err := s.PlanPromotion(t.Context(), test.request)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Target.ID != "env-test" || p.Shielded || strings.Contains(p.Words(), "hunter2") || len(p.Digest) != 64 {
			t.Errorf("%s: the plan is %+v", name, p)
		}
	}
}

func TestPreviousIsTheLastBeforeTheNewest(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	for _, test := range []struct{ without, want string }{{"", "h2"}, {"h2", "h1"}} {
		f.change(func() {
			for _, r := range f.rows[payrollID] {
				r["notPromotedInCurrentVersion"] = r["id"] == test.without
			}
		})
		p, err := s.PlanRevert(t.Context(), RevertRequest{"Payroll", "Previous"})
		if err != nil || p.Restores.ID != test.want || p.Shielded {
			t.Errorf("without %q previous is %+v, %v; want %s", test.without, p, err, test.want)
		}
	}
}

// TestDigestCoversTheState changes one thing after the other, each of which an
// approver would want to know.
func TestDigestCoversTheState(t *testing.T) {
	promote, revert := PromoteRequest{Application: payrollID, Environment: "env-test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true}, RevertRequest{payrollID, "h1"}
	for name, edit := range map[string]func(*foreign){
		"application's name":       func(f *foreign) { f.apps[0]["name"] = "Payroll 2" },
		"application's type":       func(f *foreign) { f.apps[0]["type"] = "OIDC" },
		"application's owner":      func(f *foreign) { f.apps[0]["applicationOwners"] = []string{"ada"} },
		"modified":                 func(f *foreign) { f.apps[0]["modified"] = "2026-01-02T03:04:05.001Z" },
		"an undocumented property": func(f *foreign) { f.apps[0]["clientJson"] = object{"grantTypes": []string{"IMPLICIT"}} },
		"a new row": func(f *foreign) {
			f.rows[payrollID] = append(f.rows[payrollID], row("h4", "env-prod", "2026-01-05T00:00:00Z", nil))
		},
		"a row less": func(f *foreign) { f.rows[payrollID] = f.rows[payrollID][:3] },
		"a row without an id": func(f *foreign) {
			f.rows[payrollID] = append(f.rows[payrollID], row("", "e", "2026-01-05T00:00:00Z", nil))
		},
		"a row's usability":     func(f *foreign) { f.rows[payrollID][1]["outdatedVersion"] = true },
		"target's name":         func(f *foreign) { f.envs[1]["name"] = "Test B" },
		"target's shield":       func(f *foreign) { f.envs[1]["shielded"] = true },
		"target's availability": func(f *foreign) { f.envs[1]["environmentAvailability"] = "ONLINE" },
	} {
		f := newForeign(t)
		s := f.service(t, func(o *Options) {
			o.Secrets.Variable = variables(map[string]string{"PINGKIT_SECRET_A": "hunter2hunter2"})
		})
		for _, request := range []Request{promote, revert} {
			if request.kind() == KindRevert && strings.HasPrefix(name, "target") {
				continue
			}
			old, err := s.plan(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			same, err := s.plan(t.Context(), request)
			if err != nil || same.Digest != old.Digest || same.ID == old.ID {
				t.Fatalf("the plan of an unchanged state is %+v, %v; want the digest of %+v and another id", same, err, old)
			}
		}
		old, _ := s.plan(t.Context(), promote)
		older, _ := s.plan(t.Context(), revert)
		f.change(func() { edit(f) })
		if p, err := s.plan(t.Context(), promote); err != nil || p.Digest == old.Digest {
			t.Errorf("%s changes nothing in a promotion's digest (%v)", name, err)
		}
		if p, err := s.plan(t.Context(), revert); !strings.HasPrefix(name, "target") && (err != nil || p.Digest == older.Digest) {
			t.Errorf("%s changes nothing in a revert's digest (%v)", name, err)
		}
	}
}

func TestDigestCoversTheRequest(t *testing.T) {
	s := newForeign(t).service(t, withSecret)
	seen := map[string]PromoteRequest{}
	for _, r := range []PromoteRequest{
		{Application: "Payroll", Environment: "Test", NoRedirectURIs: true},
		{Application: "Payroll", Environment: "Development", NoRedirectURIs: true},
		{Application: "Payroll", Environment: "Test", AnyType: true, NoRedirectURIs: true},
		{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true},
		{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_B", NoRedirectURIs: true},
		{Application: "Payroll", Environment: "Test", RedirectURIs: []string{"https://a.example.com/"}},
		{Application: "Payroll", Environment: "Test", RedirectURIs: []string{"https://a.example.com/", "https://b.example.com/"}},
	} {
		p, err := s.PlanPromotion(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if other, found := seen[p.Digest]; found {
			t.Errorf("%+v and %+v have one digest", r, other)
		}
		seen[p.Digest] = r
	}
}

// TestDigestLeavesSecretsOut: a digest stands in logs, and must be no test of
// what a weak secret is.
func TestDigestLeavesSecretsOut(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	old := planned(t, s, toTest())
	f.change(func() { f.apps[0]["clientSecret"], f.apps[0]["paPassword"] = "hunter2", "hunter3" })
	if p := planned(t, s, toTest()); p.Digest != old.Digest {
		t.Error("a secret is part of the digest")
	}
}

func TestDigestCoversTheServer(t *testing.T) {
	one, two := newForeign(t), newForeign(t) // the same ids at two addresses
	p, err := one.service(t).PlanPromotion(t.Context(), toTest())
	if err != nil {
		t.Fatal(err)
	}
	q, err := two.service(t).PlanPromotion(t.Context(), toTest())
	if err != nil || p.Digest == q.Digest || p.subject == q.subject {
		t.Errorf("two servers give one digest (%v)", err)
	}
}

func TestPlanOfAnAnswerForAnother(t *testing.T) {
	f := newForeign(t)
	f.readFault = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, payrollID) || strings.Contains(r.URL.Path, "history") {
			return false
		}
		f.answer(w, f.apps[1])
		return true
	}
	if p, err := f.service(t).PlanPromotion(t.Context(), toTest()); err == nil || !strings.Contains(err.Error(), "another application") {
		t.Errorf("the plan is %+v, %v", p, err)
	}
}

// variables is an environment of a process.
func variables(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, found := values[name]
		return value, found
	}
}
