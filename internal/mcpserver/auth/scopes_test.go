package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/tools"
)

const promotion = `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]%s}`

// TestScopesDecide has callers with parts of the scopes list, call, read and
// complete.
func TestScopesDecide(t *testing.T) {
	kits := []string{"list_environments", "list_integrations", "list_versions", "download_asset"}
	calls := map[string]string{
		"list_environments": `{}`, "list_integrations": `{"query":"PingID"}`, "list_versions": `{"integration":"PingID Integration Kit"}`,
		"download_asset": `{"integration":"PingID Integration Kit"}`, "list_applications": `{}`, "get_application": `{"application":"Payroll"}`,
		"promote_application": fmt.Sprintf(promotion, ""), "revert_application": `{"application":"Payroll","promotion":"previous"}`,
	}
	eras(t, func(t *testing.T, era string) {
		tm := newTeam(t)
		for scopes, listed := range map[string][]string{
			"kits:read":  kits,
			"apps:read":  {"list_environments", "list_applications", "get_application"},
			"apps:write": {"promote_application", "revert_application"},
			"kits:read apps:read apps:write": append(slices.Clone(kits),
				"list_applications", "get_application", "promote_application", "revert_application"),
		} {
			m := tm.member("caller of "+scopes, scopes, era)
			var names []string
			for _, tool := range m.send("tools/list", `{}`).Result.Tools {
				names = append(names, tool.Name)
			}
			slices.Sort(names)
			if want := slices.Sorted(slices.Values(listed)); !slices.Equal(names, want) {
				t.Errorf("%s: listed are %v, want %v", scopes, names, want)
			}
			for tool, arguments := range calls {
				r := m.call(tool, arguments)
				if slices.Contains(listed, tool) {
					if r.status != http.StatusOK || r.Error != nil || r.Result.IsError {
						t.Errorf("%s: %s: %d %s", scopes, tool, r.status, r.body)
					}
					continue
				}
				scope := tools.ScopesOf(tool)[0]
				for _, part := range []string{`error="insufficient_scope"`, fmt.Sprintf(`scope="%s"`, scope), `resource_metadata="` + metadata + `"`} {
					if r.status != http.StatusForbidden || !strings.Contains(r.challenge, part) {
						t.Errorf("%s: %s: %d with %s, want %s", scopes, tool, r.status, r.challenge, part)
					}
				}
			}
		}
	})
}

// TestScopesDecideBesideTools has the other ways to the same data.
func TestScopesDecideBesideTools(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		tm := newTeam(t)
		kits, apps := tm.member("kits", "kits:read", era), tm.member("apps", "apps:read", era)
		for _, test := range []struct {
			method, params string
			may, mayNot    *member
			part           string
		}{
			{"resources/read", `{"uri":"pingkit://applications/Payroll"}`, apps, kits, "Payroll"},
			{"resources/read", `{"uri":"pingkit://applications/Payroll/history"}`, apps, kits, "Payroll"},
			{"resources/read", `{"uri":"pingkit://kits/PingID%20Integration%20Kit/latest"}`, kits, apps, "sha256"},
		} {
			if r := test.may.send(test.method, test.params); r.status != http.StatusOK || r.Error != nil || !strings.Contains(r.body, test.part) {
				t.Errorf("%s: %d %s", test.params, r.status, r.body)
			}
			if r := test.mayNot.send(test.method, test.params); r.status != http.StatusForbidden || !strings.Contains(r.challenge, "insufficient_scope") {
				t.Errorf("%s: %d %s", test.params, r.status, r.body)
			}
		}
		integrations := `{"ref":{"type":"ref/prompt","name":"retrieve_kit"},"argument":{"name":"integration","value":""}}`
		if r := kits.send("completion/complete", integrations); len(r.Result.Completion.Values) == 0 {
			t.Errorf("no completions: %s", r.body)
		}
		if r := apps.send("completion/complete", integrations); r.status != http.StatusOK || len(r.Result.Completion.Values) != 0 {
			t.Errorf("a caller without kits:read gets completions: %s", r.body)
		}
		// A tool of both systems shows the caller's.
		for system, who := range map[string][2]*member{"pingone": {kits, apps}, "pingcentral": {apps, kits}} {
			if r := who[0].call("list_environments", `{}`); !strings.Contains(r.body, system) {
				t.Errorf("%s is missing in %s", system, r.body)
			}
			if r := who[1].call("list_environments", `{}`); r.Result.IsError || strings.Contains(string(r.Result.Structured), system) ||
				strings.Contains(string(r.Result.Structured), "incomplete") {
				t.Errorf("%s is in %s", system, r.body)
			}
			if r := who[1].call("list_environments", fmt.Sprintf(`{"system":%q}`, system)); !r.Result.IsError || !strings.Contains(r.body, "not granted the scope") {
				t.Errorf("%s: %s", system, r.body)
			}
		}
	})
}

// TestPlansAreTheirCallers has one caller steal the plan of another, who then
// confirms it; the audit says who that was, and the log holds no token.
func TestPlansAreTheirCallers(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		tm := newTeam(t)
		alice, bob := tm.member("alice-7f3a", all, era), tm.member("bob-99", all, era)
		var w struct{ Status, Plan string }
		r := alice.call("promote_application", fmt.Sprintf(promotion, ""))
		if err := json.Unmarshal(r.Result.Structured, &w); err != nil || w.Plan == "" {
			t.Fatalf("%v: %s", err, r.body)
		}
		confirmation := fmt.Sprintf(promotion, fmt.Sprintf(`,"plan":%q`, w.Plan))
		writes := func() (n int) {
			for _, r := range tm.box.Requests() {
				if r.System == sandbox.PingCentral && r.Method != http.MethodGet {
					n++
				}
			}
			return n
		}
		if r := bob.call("promote_application", confirmation); !r.Result.IsError || writes() != 0 {
			t.Errorf("bob: %s after %d writes", r.body, writes())
		}
		if era == legacy {
			thief := *bob
			thief.session = alice.session
			if r := thief.call("promote_application", confirmation); r.status != http.StatusNotFound || writes() != 0 {
				t.Errorf("bob in alice's session: %d %s", r.status, r.body)
			}
		}
		r = alice.call("promote_application", confirmation)
		if err := json.Unmarshal(r.Result.Structured, &w); err != nil || w.Status != "promoted" || writes() != 1 {
			t.Errorf("alice: %s after %d writes", r.body, writes())
		}
		audit, err := os.ReadFile(tm.audit)
		if err != nil {
			t.Fatal(err)
		}
		if caller := tm.provider.URL + " sub=alice-7f3a"; strings.Count(string(audit), caller) != 2 {
			t.Errorf("the audit does not name %q twice:\n%s", caller, audit)
		}
		for _, secret := range []string{alice.token, bob.token, "eyJ"} {
			if strings.Contains(tm.log.String(), secret) || strings.Contains(string(audit), secret) {
				t.Error("a token was written down")
			}
		}
	})
}
