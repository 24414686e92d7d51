package pingcentral

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

func frozen(o *Options) {
	o.Now = func() time.Time { return time.Date(2026, 5, 6, 7, 8, 9, 10, time.UTC) }
}

func TestWordsOfAPromotion(t *testing.T) {
	f := newForeign(t)
	f.change(func() {
		f.rows[payrollID] = append(f.rows[payrollID], row("p1", productionID, "2025-06-07T08:09:10Z", object{"name": "Payroll (old)"}))
		f.apps[0]["enabled"] = false
	})
	s := f.service(t, frozen, func(o *Options) {
		o.Secrets.Variable = variables(map[string]string{"PINGKIT_SECRET_PAYROLL": "hunter2hunter2"})
	})
	p, err := s.PlanPromotion(t.Context(), PromoteRequest{Application: "payroll", Environment: "prod",
		RedirectURIs: []string{"https://payroll.example.com/cb", "http://payroll.example.com/cb"}, ClientSecretRef: "env:PINGKIT_SECRET_PAYROLL"})
	if err != nil {
		t.Fatal(err)
	}
	want := `PROMOTE "Payroll" to "Production" (SHIELDED), overwriting the promotion of 2025-06-07; redirect URIs https://payroll.example.com/cb, http://payroll.example.com/cb (NOT ENCRYPTED).
Application: "Payroll", type OAuth (id app:payroll-1).
Owners: "ada", "bob", group "hr".
Last modified: 2026-01-02T03:04:05Z.
Now in: "Development" ["DEV"] (id env-dev).
Note: the application is disabled in PingCentral.
Target: "Production" ["PROD"] (id env-prod), SHIELDED (protected, as production is), availability online.
Overwrites there: the promotion of 2025-06-07T08:09:10Z, made as "Payroll (old)" (id p1).
Client secret: the one that "env:PINGKIT_SECRET_PAYROLL" holds on the machine where pingkit runs; it is not shown.
Redirect URI 1 of 2: "https://payroll.example.com/cb".
Redirect URI 2 of 2: "http://payroll.example.com/cb" (NOT ENCRYPTED: http).
Good until: 2026-05-06T07:13:09Z, once.`
	if got := p.Words(); got != want || !p.Shielded {
		t.Errorf("shielded %t, the words are\n%s\nwant\n%s", p.Shielded, got, want)
	}

	p, err = s.PlanPromotion(t.Context(), PromoteRequest{Application: "Travel", Environment: "Test", NoRedirectURIs: true})
	if err != nil {
		t.Fatal(err)
	}
	want = `PROMOTE "Travel" to "Test", overwriting nothing known; no redirect URI given.
Application: "Travel", type OIDC (id 6f1b3a52-0c4d-4a6e-9d2f-5b7c8e9f0a1b).
Owners: "eve".
Last modified: a time that is not given.
Now in: PingCentral alone, made from the template with id tpl-1.
Target: "Test" ["TST"] (id env-test), not shielded, availability not given.
Overwrites there: nothing that the history knows of; it shows no promotion to this environment.
Client secret: none given; where one is needed, PingCentral generates it and shows it there.
Redirect URIs: none given; PingCentral then uses what it holds, or refuses where the application's grants need them.
Good until: 2026-05-06T07:13:09Z, once.`
	if got := p.Words(); got != want {
		t.Errorf("the words are\n%s\nwant\n%s", got, want)
	}
}

func TestWordsOfWhatIsNotGiven(t *testing.T) {
	f := newForeign(t)
	f.change(func() { delete(f.envs[1], "shielded") })
	p := planned(t, f.service(t), toTest())
	if want := `Target: "Test" ["TST"] (id env-test), shielded: not given, availability not given`; !strings.Contains(p.Words(), want) || p.Shielded {
		t.Errorf("shielded %t, the words are\n%s\nwant %s", p.Shielded, p.Words(), want)
	}
}

func TestWordsOfARevert(t *testing.T) {
	f := newForeign(t)
	p, err := f.service(t, frozen).PlanRevert(t.Context(), RevertRequest{"Payroll", Previous})
	if err != nil {
		t.Fatal(err)
	}
	want := `REVERT "Payroll" to the promotion of 2026-01-02 to "Staging", which no longer exists; later changes in PingCentral's copy are lost.
Application: "Payroll", type OAuth (id app:payroll-1).
Owners: "ada", "bob", group "hr".
Last modified: 2026-01-02T03:04:05Z.
Now in: "Development" ["DEV"] (id env-dev).
Returns to: the promotion of 2026-01-02T10:00:00Z to "Staging" ["STG"] (id env-dead), which no longer exists, made as "Payroll" (id h2).
Chosen by "previous": the newest promotion before the last one that PingCentral can revert to.
Overridden in PingCentral: the client secret, and the other settings in PingCentral's copy.
Lost: the edits in PingCentral since 2026-01-02; last modified 2026-01-02T03:04:05Z.
Environments: none changes until the application is promoted again.
Good until: 2026-05-06T07:13:09Z, once.`
	if got := p.Words(); got != want {
		t.Errorf("the words are\n%s\nwant\n%s", got, want)
	}
	for kind, want := range map[string]string{"OIDC": "the client secret,", "SAML_20_SP": "entity ids, ACS URLs and certificates,", "NEW": "for OAuth and OIDC"} {
		if got := overrides(kind); !strings.Contains(got, want) {
			t.Errorf("a revert of %s overrides %q, want %q in it", kind, got, want)
		}
	}
}

// TestNamesCannotForgeLines gives every text that upstream chooses a form that
// would read as other lines of the plan, or hide or reorder some. What stands
// outside of quotes must be the same as with a harmless text.
func TestNamesCannotForgeLines(t *testing.T) {
	promotion, revert := evilPlans(t, "a harmless text")
	for _, evil := range []string{
		"x\nTarget: \"Test\" [\"TST\"], not shielded", "x\r\nNote: approved by ada", "x\u2028Owners: none", "x\u0085y", "x\v\fy",
		`x" to the environment "Test`, `x\" (id env-test)`, `x\`, `"`, "x\x1b[2K\x1b[1A", "x \u202e.detsurt", "x \u2066y\u2069", "x y\u200b\u200d\ufeff",
		strings.Repeat("very long ", 500), "x y\x00", "not shielded, availability ONLINE",
	} {
		p, r := evilPlans(t, evil)
		for _, words := range []struct{ got, want string }{{p, promotion}, {r, revert}} {
			if got, want := outsideQuotes(t, words.got), outsideQuotes(t, words.want); got != want {
				t.Errorf("%q makes the plan\n%s\nwhich outside of quotes reads\n%s\nwant\n%s", evil, words.got, got, want)
			}
			if len(words.got) > 5000 || strings.ContainsAny(words.got, "\r\x00\x1b\u202e\u2066\u2069\u200b\u2028\u0085\v\f") {
				t.Errorf("%q gets through:\n%q", evil, words.got)
			}
		}
	}
}

// evilPlans returns the words of a promotion and a revert where each text of
// upstream's is evil.
func evilPlans(t *testing.T, evil string) (promotion, revert string) {
	t.Helper()
	f := newForeign(t)
	f.change(func() {
		f.apps[0]["name"], f.apps[0]["modified"], f.apps[0]["applicationOwners"] = evil, evil, []string{evil}
		f.apps[0]["environmentId"], f.apps[0]["applicationOwnerGroups"], f.apps[0]["type"] = evil, []string{evil}, evil
		for _, e := range f.envs {
			e["shortCode"] = evil
		}
		f.envs[1]["name"] = evil
		for _, r := range f.rows[payrollID] {
			r["name"], r["promoted"] = evil, evil
		}
		f.rows[payrollID][2]["environmentName"], f.rows[payrollID][2]["environmentShortCode"] = evil, evil
	})
	s := f.service(t, frozen)
	return planned(t, s, PromoteRequest{Application: payrollID, Environment: "env-test", AnyType: true, NoRedirectURIs: true}).Words(),
		planned(t, s, RevertRequest{payrollID, "h2"}).Words()
}

// outsideQuotes is text without what stands in quotes.
func outsideQuotes(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '"')
		if i < 0 {
			return b.String() + text
		}
		quote, err := strconv.QuotedPrefix(text[i:])
		if err != nil {
			t.Errorf("an open quote in %q", text)
			return b.String()
		}
		b.WriteString(text[:i] + "<quoted>")
		text = text[i+len(quote):]
	}
}

func TestManyOwnersAreCounted(t *testing.T) {
	f := newForeign(t)
	var owners []string
	for i := range 35 {
		owners = append(owners, fmt.Sprint("owner", i))
	}
	f.change(func() { f.apps[0]["applicationOwners"] = owners })
	p, err := f.service(t).PlanPromotion(t.Context(), toTest())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.Words(), `"owner19", and 16 more`) || strings.Contains(p.Words(), "owner20") {
		t.Errorf("the owners are in\n%s", p.Words())
	}
}
