//go:build faults

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
	"example.com/pingkit/internal/sandbox/pingcentralapi"
)

// faultCall is a column of the matrix: a tool, called in one way.
type faultCall struct {
	name, tool string
	kind       string // of tools that have their way in common
	args       func(h *here) string
	// begin says when the trouble begins: before the first call, or between the
	// plan and the call that confirms it.
	planned bool
	// wrote reports whether the sandbox's state shows what the call should do;
	// nil for tools that write nothing there.
	wrote func(box *sandbox.Sandbox) bool
}

// The target of the matrix's promotions, and what they leave behind.
const (
	faultTarget   = "Test"
	faultRedirect = "https://payroll.example.com/after-the-fault"
)

func faultCalls() []faultCall {
	promote := func(*here) string {
		return fmt.Sprintf(`{"application":%q,"environment":%q,"redirect_uris":[%q]}`, sandbox.Payroll, faultTarget, faultRedirect)
	}
	promoted := func(box *sandbox.Sandbox) bool {
		return slices.Contains(box.RedirectURIs(sandbox.Payroll), faultRedirect)
	}
	revert := func(h *here) string {
		return fmt.Sprintf(`{"application":%q,"promotion":%q}`, sandbox.Payroll, *revertedRow(h.box).ID)
	}
	reverted := func(box *sandbox.Sandbox) bool {
		return slices.Contains(box.RedirectURIs(sandbox.Payroll), "https://PROD.example.com/callback")
	}
	fixed := func(args string) func(*here) string { return func(*here) string { return args } }
	return []faultCall{
		{name: "list_environments", tool: "list_environments", kind: "catalog", args: fixed("{}")},
		{name: "list_integrations", tool: "list_integrations", kind: "catalog", args: func(h *here) string {
			return fmt.Sprintf(`{"query":"pingone","environment":%q}`, h.spelling())
		}},
		{name: "list_versions", tool: "list_versions", kind: "catalog", args: func(h *here) string {
			return fmt.Sprintf(`{"integration":%q,"environment":%q}`, sandbox.PingIDKit, h.spelling())
		}},
		{name: "download_asset", tool: "download_asset", kind: "download", args: func(h *here) string {
			return fmt.Sprintf(`{"integration":%q,"version":"2.15.0","extract":true,"environment":%q}`, sandbox.PingIDIntegrationID, h.spelling())
		}},
		{name: "list_applications", tool: "list_applications", kind: "applications", args: fixed(`{"query":"pay"}`)},
		{name: "get_application", tool: "get_application", kind: "applications", args: fixed(`{"application":"payroll"}`)},
		{name: "promote_application", tool: "promote_application", kind: "writes", args: promote, wrote: promoted},
		{name: "promote, planned", tool: "promote_application", kind: "writes", args: promote, planned: true, wrote: promoted},
		{name: "revert_application", tool: "revert_application", kind: "writes", args: revert, wrote: reverted},
		{name: "revert, planned", tool: "revert_application", kind: "writes", args: revert, planned: true, wrote: reverted},
	}
}

// revertedRow is the promotion that the matrix reverts to: the last one to
// production.
func revertedRow(box *sandbox.Sandbox) (row pingcentralapi.Promotion) {
	for _, p := range box.Promotions(sandbox.Payroll) {
		if p.EnvironmentID == box.EnvironmentID("Production") {
			row = p
		}
	}
	return row
}

// kitOfFaults is the kit that the matrix downloads.
func (h *here) kitOfFaults() []byte { return h.box.Kit(sandbox.PingIDKit, "2.15.0").Bytes() }

// run makes the call, with its approval where it needs one, and begins the
// trouble at its time.
func (c faultCall) run(h *here, begin func()) answer {
	args := c.args(h)
	h.capabilities = asking
	if c.planned {
		h.capabilities = "{}"
		var w written
		h.ok(c.tool, args, &w)
		begin()
		return h.call(c.tool, strings.TrimSuffix(args, "}")+fmt.Sprintf(`,"plan":%q}`, w.Plan))
	}
	begin()
	return h.asked(c.tool, args, approving)
}

// faultBase is what a call does and answers where nothing troubles it.
type faultBase struct {
	operations map[operation]int // and how many requests of each
	result     string
}

// operation is a kind of request.
type operation struct {
	system sandbox.System
	name   string
}

// accepted counts the requests of each operation, but for those that were
// refused for the sake of a token, which has a lifetime of its own.
func accepted(requests []sandbox.Request) map[operation]int {
	found := map[operation]int{}
	for _, r := range requests {
		if r.Status != http.StatusUnauthorized {
			found[operation{r.System, r.Operation}]++
		}
	}
	return found
}

// base makes the call without any trouble. The second time the server has its
// tokens.
func (c faultCall) base(t *testing.T, h *here) faultBase {
	t.Helper()
	for try := range 2 {
		h.box.Reset()
		a := c.run(h, func() {})
		if a.IsError {
			t.Fatalf("%s: %s", c.name, a.text())
		}
		if c.wrote != nil && !c.wrote(h.box) {
			t.Fatalf("%s: %s, and nothing was written", c.name, a.text())
		}
		if try == 0 {
			h.empty(t)
			continue
		}
		base := faultBase{operations: accepted(h.box.Requests()), result: c.plain(h, a)}
		h.empty(t)
		for o := range base.operations {
			switch {
			case o.name == "getIntegrationVersionAsset":
				base.operations[operation{sandbox.PingOneAPI, "bounce"}] = 0
			case o.system == sandbox.PingOneAPI:
				base.operations[operation{sandbox.Auth, "token"}] = 0
			case o.system == sandbox.PingCentral:
				base.operations[operation{sandbox.Auth, "centralToken"}] = 0
			}
		}
		return base
	}
	panic("unreachable")
}

// plain is the result without what differs from call to call.
func (c faultCall) plain(h *here, a answer) string {
	if c.wrote != nil {
		var w written
		decode(h.t, a.Structured, &w)
		return w.Status
	}
	return strings.ReplaceAll(string(a.Structured), h.downloads, "DOWNLOADS")
}

// concerned reports whether a trouble can befall the call at all.
func (c faultCall) concerned(b faultBase, trouble chaos.FaultScenario) bool {
	if c.planned && trouble.Operation == "centralToken" {
		return false // the token came with the plan
	}
	if trouble.System == "" {
		return true
	}
	for o := range b.operations {
		if o.system == trouble.System && (trouble.Operation == "" || o.name == trouble.Operation) {
			return true
		}
	}
	return false
}

// warm has the server ask for what it keeps, such as tokens.
func (h *here) warm() { h.ok("list_environments", "{}", new(json.RawMessage)) }

// empty clears the download directory.
func (h *here) empty(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(h.downloads)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(h.downloads, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// untroubled calls something that reads, and must succeed at once: but for a
// token of PingCentral that the clock of the trouble made worthless, which is
// found out by a call.
func (h *here) untroubled(c faultCall, after chaos.FaultScenario) {
	h.t.Helper()
	h.box.Reset()
	h.capabilities = "{}"
	tool, args := "list_versions", fmt.Sprintf(`{"integration":%q,"environment":%q}`, sandbox.PingIDIntegrationID, sandbox.CatalogEnvironmentID)
	if c.wrote != nil || c.tool == "get_application" || c.tool == "list_applications" {
		tool, args = "get_application", `{"application":"payroll","promotions":1}`
	}
	if after.Operation == "centralToken" && strings.Contains(after.Name, "the clock jumps") {
		h.call(tool, args)
	}
	h.ok(tool, args, new(json.RawMessage))
}
