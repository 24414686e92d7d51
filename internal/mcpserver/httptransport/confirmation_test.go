package httptransport

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestNobodyConfirmsForOthers has one caller confirm what another's call
// planned, by the sealed plan and by the answer to the question.
func TestNobodyConfirmsForOthers(t *testing.T) {
	_, d := systems(t)
	b := startWith(t, Options{Authorize: byHeader}, d)
	const arguments = `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]`
	promote := func(name, arguments, more, capabilities string) (text, plan, state string) {
		c := &caller{bench: b, name: name, era: modern}
		params := fmt.Sprintf(`{"name":"promote_application","arguments":%s%s,"_meta":{"io.modelcontextprotocol/protocolVersion":%q,`+
			`"io.modelcontextprotocol/clientCapabilities":%s}}`, arguments, more, modern, capabilities)
		response := c.do(c.request(t.Context(), "tools/call", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":`+params+`}`))
		b.events(response, func(e event) {
			state = e.Result.RequestState
			if len(e.Result.Content) == 0 {
				return
			}
			text = e.Result.Content[0].Text
			var result struct{ Plan string }
			if json.Unmarshal([]byte(text), &result) == nil {
				plan = result.Plan
			}
		})
		return text, plan, state
	}
	const canAsk, cannotAsk = `{"elicitation":{}}`, `{}`
	_, plan, _ := promote("alice", arguments+"}", "", cannotAsk)
	_, _, state := promote("alice", arguments+"}", "", canAsk)
	if plan == "" || state == "" {
		t.Fatalf("alice got the plan %q and the state %q", plan, state)
	}
	byPlan := arguments + `,"plan":"` + plan + `"}`
	byAnswer := fmt.Sprintf(`,"requestState":%q,"inputResponses":{"approve":{"action":"accept","content":{}}}`, state)
	for _, try := range []struct{ caller, arguments, more, capabilities, want string }{
		{"mallory", byPlan, "", cannotAsk, "another caller"},
		{"mallory", arguments + "}", byAnswer, canAsk, "another caller"},
		{"alice", byPlan, "", cannotAsk, `"promoted"`},
	} {
		text, _, _ := promote(try.caller, try.arguments, try.more, try.capabilities)
		if !strings.Contains(text, try.want) {
			t.Errorf("%s gets %q, want %q", try.caller, text, try.want)
		}
	}
}
