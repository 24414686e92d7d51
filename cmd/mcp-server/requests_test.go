package main

import (
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// TestRequestsPerCall has each tool make these requests to the systems and no
// more, but those for tokens.
func TestRequestsPerCall(t *testing.T) {
	const (
		environments = "pingone listEnvironments"
		search       = "pingone listIntegrations"
		integration  = "pingone getIntegration"
		versions     = "pingone listIntegrationVersions"
		asset        = "pingone getIntegrationVersionAsset"
		storage      = "storage storage"

		targets      = "pingcentral listEnvironments"
		applications = "pingcentral listApplications"
		application  = "pingcentral getApplication"
		history      = "pingcentral listPromotions"
	)
	for _, test := range []struct {
		tool, args string
		want       []string
	}{
		{"list_environments", `{"system":"pingone"}`, []string{environments}},
		{"list_environments", `{"system":"pingcentral"}`, []string{targets, targets}},
		{"list_integrations", `{"query":"PingID integration"}`, []string{search}},
		// The latest version of one of them has no kit.
		{"list_integrations", `{"query":"PingID"}`, []string{search, versions}},
		{"list_integrations", `{"limit":15}`, []string{search}},
		{"list_integrations", `{"limit":16}`, []string{search, search}},
		{"list_versions", `{"integration":"PingID Integration Kit"}`, []string{search, versions}},
		{"list_versions", `{"integration":"` + sandbox.PingIDIntegrationID + `"}`, []string{integration, versions}},
		{"list_versions", `{"integration":"pf-pingid-integration-kit"}`, []string{search, versions}},
		{"download_asset", `{"integration":"PingID Integration Kit"}`, []string{search, versions, asset, storage}},
		{"list_applications", `{}`, []string{applications, applications, targets, targets}},
		{"get_application", `{"application":"Payroll"}`, []string{applications, applications, application, history, targets, targets}},
		// A plan alone writes nothing.
		{"promote_application", `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]}`, []string{applications, applications, application, targets, targets, history}},
		{"revert_application", `{"application":"Payroll","promotion":"previous"}`, []string{applications, applications, application, history, targets, targets}},
	} {
		t.Run(test.tool+" "+test.args, func(t *testing.T) {
			box := newSandbox(t)
			p := against(t, box, "PINGONE_CATALOG_ENVIRONMENT_ID="+sandbox.CatalogEnvironmentID).greet(modern, "{}")
			if a := p.call(test.tool, test.args); a.IsError {
				t.Fatal(a.text())
			}
			if got := requested(box); !slices.Equal(got, test.want) {
				t.Errorf("it made the requests\n%s, want\n%s", strings.Join(got, ", "), strings.Join(test.want, ", "))
			}
		})
	}
}

// TestRequestsOfApprovedPromotion reads all that a plan is made of, the same once
// more right before it is sent, and the history after it.
func TestRequestsOfApprovedPromotion(t *testing.T) {
	plan := []string{
		"pingcentral listApplications", "pingcentral listApplications", "pingcentral getApplication",
		"pingcentral listEnvironments", "pingcentral listEnvironments", "pingcentral listPromotions",
	}
	want := slices.Concat(plan, plan, []string{"pingcentral promoteApplication", "pingcentral listPromotions"})
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, asking)
		if a := p.asked("promote_application", promoteArgs, approving); a.IsError {
			t.Fatal(a.text())
		}
		if got := requested(box); !slices.Equal(got, want) {
			t.Errorf("it made the requests\n%s, want\n%s", strings.Join(got, ", "), strings.Join(want, ", "))
		}
	})
}

// requested lists the requests to the systems but those for tokens.
func requested(box *sandbox.Sandbox) []string {
	var list []string
	for _, r := range box.Requests() {
		if r.System != sandbox.Auth {
			list = append(list, string(r.System)+" "+r.Operation)
		}
	}
	return list
}

// A result never comes from an earlier call: a catalog or a state may have changed.
func TestEachCallReadsAgain(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box, "PINGONE_CATALOG_ENVIRONMENT_ID="+sandbox.CatalogEnvironmentID).greet(modern, "{}")
	for _, test := range []struct{ tool, args string }{
		{"list_environments", `{"system":"pingone"}`},
		{"list_integrations", `{"query":"PingID"}`},
		{"list_versions", `{"integration":"PingID Integration Kit"}`},
		{"list_environments", `{"system":"pingcentral"}`},
		{"list_applications", `{}`},
		{"get_application", `{"application":"Payroll"}`},
		{"promote_application", `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]}`},
		{"revert_application", `{"application":"Payroll","promotion":"previous"}`},
	} {
		var made [2]int
		for turn := range made {
			before := len(requested(box))
			if a := p.call(test.tool, test.args); a.IsError {
				t.Fatal(a.text())
			}
			made[turn] = len(requested(box)) - before
		}
		if made[0] == 0 || made[1] != made[0] {
			t.Errorf("%s %s made %d requests, and then %d", test.tool, test.args, made[0], made[1])
		}
	}
}
