package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// TestJudge sends promotions to a sandbox and compares them with what a result says.
func TestJudge(t *testing.T) {
	promoted := response{body: json.RawMessage(`{"status":"promoted"}`)}
	unknown := response{body: json.RawMessage(`{"status":"unknown"}`)}
	declined := response{body: json.RawMessage(`{"status":"declined"}`)}
	failed := response{outcome: refused, text: "promote_application failed"}
	for name, test := range map[string]struct {
		sent     int // promotions that reach PingCentral
		approved bool
		expected string
		result   response
		fault    string // during the call
		want     string // of the complaint; empty: none
	}{
		"promoted":                {1, true, "promoted", promoted, "", ""},
		"sent twice":              {2, true, "promoted", promoted, "", "more than once"},
		"sent twice in a fault":   {2, true, "promoted", unknown, "pingcentral promoteApplication: null, once", "more than once"},
		"not approved":            {1, false, "declined", declined, "", "without an approval"},
		"declined":                {0, false, "declined", declined, "", ""},
		"never sent":              {0, true, "promoted", promoted, "", "not sent"},
		"error despite an effect": {1, true, "promoted", failed, "pingcentral promoteApplication: dropped after the effect, once", "had an effect"},
		"concealed effect":        {1, true, "promoted", failed, "pingcentral promoteApplication: 404 after the effect, the history lags", ""},
		"error without a fault":   {0, true, "promoted", failed, "", "without a fault"},
		"error in a fault":        {0, true, "promoted", failed, "pingcentral promoteApplication: 503, lasting", ""},
		"unknown without a fault": {1, true, "promoted", unknown, "", "without a fault"},
		"unknown in a fault":      {1, true, "promoted", unknown, "pingcentral promoteApplication: dropped after the effect, once", ""},
	} {
		t.Run(name, func(t *testing.T) {
			box := sandboxtest.New(t, sandbox.Options{})
			api, err := connect.NewPingCentral(box.PingCentral())
			if err != nil {
				t.Fatal(err)
			}
			defer api.CloseIdleConnections()
			s := &soak{box: box, ledger: newLedger(), faults: newFaults(box)}
			a := &attempt{tool: "promote_application", way: "test", began: time.Now(), approved: test.approved, expected: test.expected,
				app: &application{name: sandbox.Ledger, id: box.ApplicationID(sandbox.Ledger)}}
			a.before = s.entry(a.app)
			for range test.sent {
				if err := connect.Check(api.PromoteApplication(t.Context(), a.app.id, box.EnvironmentID(sandbox.Test), pingcentral.PromotionRequest{})); err != nil {
					t.Fatal(err)
				}
			}
			if test.fault != "" {
				system, rest, _ := strings.Cut(test.fault, " ")
				operation, _, _ := strings.Cut(rest, ":")
				met := chaos.FaultScenario{Name: test.fault, System: sandbox.System(system), Operation: operation}
				s.faults.past = append(s.faults.past, injected{fault: met, from: time.Now()})
			}
			s.judge(t.Context(), a, test.result)
			complaints := strings.Join(s.ledger.complaints, "\n")
			if (complaints == "") != (test.want == "") || !strings.Contains(complaints, test.want) {
				t.Errorf("complaints: %q, want %q", complaints, test.want)
			}
		})
	}
}

// TestFaultsInTime knows which faults a call met, and those of its aftermath.
func TestFaultsInTime(t *testing.T) {
	f := newFaults(sandboxtest.New(t, sandbox.Options{}))
	if len(f.all) < 500 {
		t.Errorf("only %d faults", len(f.all))
	}
	calm := time.Now()
	if !f.none(calm) {
		t.Error("there was a fault before the first")
	}
	f.begin(f.all[0])
	if f.none(time.Now()) || names(f.since(calm)) != f.all[0].Name {
		t.Errorf("while it lasts: %s", names(f.since(calm)))
	}
	f.end()
	if f.none(calm) || !strings.Contains(names(f.since(calm)), f.all[0].Name) {
		t.Error("a call that began before met none")
	}
	if !f.none(time.Now().Add(aftermath)) {
		t.Error("it goes on after its aftermath")
	}
}
