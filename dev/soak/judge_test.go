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

func TestJudge(t *testing.T) {
	promoted := reply{body: json.RawMessage(`{"status":"promoted"}`)}
	unknown := reply{body: json.RawMessage(`{"status":"unknown"}`)}
	declined := reply{body: json.RawMessage(`{"status":"declined"}`)}
	failed := reply{fate: refused, text: "promote_application failed"}
	for name, test := range map[string]struct {
		sent     int // promotions that reach PingCentral
		approved bool
		expected string
		answer   reply
		trouble  string // that was there meanwhile
		want     string // "" for no complaint
	}{
		"as it should be":           {1, true, "promoted", promoted, "", ""},
		"twice":                     {2, true, "promoted", promoted, "", "more than once"},
		"twice, in a trouble":       {2, true, "promoted", unknown, "pingcentral promoteApplication: null, once", "more than once"},
		"without an approval":       {1, false, "declined", declined, "", "without an approval"},
		"declined":                  {0, false, "declined", declined, "", ""},
		"not sent at all":           {0, true, "promoted", promoted, "", "not sent"},
		"done, and called an error": {1, true, "promoted", failed, "pingcentral promoteApplication: dropped after the effect, once", "had an effect"},
		"nobody could tell":         {1, true, "promoted", failed, "pingcentral promoteApplication: 404 after the effect, the history lags", ""},
		"an error without trouble":  {0, true, "promoted", failed, "", "without any trouble"},
		"an error in a trouble":     {0, true, "promoted", failed, "pingcentral promoteApplication: 503, lasting", ""},
		"in doubt without trouble":  {1, true, "promoted", unknown, "", "without any trouble"},
		"in doubt in a trouble":     {1, true, "promoted", unknown, "pingcentral promoteApplication: dropped after the effect, once", ""},
	} {
		t.Run(name, func(t *testing.T) {
			box := sandboxtest.New(t, sandbox.Options{})
			api, err := connect.NewPingCentral(box.PingCentral())
			if err != nil {
				t.Fatal(err)
			}
			defer api.CloseIdleConnections()
			s := &soak{box: box, book: newBook(), weather: newWeather(box)}
			a := &attempt{tool: "promote_application", way: "test", began: time.Now(), approved: test.approved, expected: test.expected,
				app: &application{name: sandbox.Ledger, id: box.ApplicationID(sandbox.Ledger)}}
			a.before = s.trace(a.app)
			for range test.sent {
				if err := connect.Check(api.PromoteApplication(t.Context(), a.app.id, box.EnvironmentID(sandbox.Test), pingcentral.PromotionRequest{})); err != nil {
					t.Fatal(err)
				}
			}
			if test.trouble != "" {
				system, rest, _ := strings.Cut(test.trouble, " ")
				operation, _, _ := strings.Cut(rest, ":")
				met := chaos.FaultScenario{Name: test.trouble, System: sandbox.System(system), Operation: operation}
				s.weather.spells = append(s.weather.spells, spell{trouble: met, from: time.Now()})
			}
			s.judge(t.Context(), a, test.answer)
			complaints := strings.Join(s.book.complaints, "\n")
			if (complaints == "") != (test.want == "") || !strings.Contains(complaints, test.want) {
				t.Errorf("complaints: %q", complaints)
			}
		})
	}
}
