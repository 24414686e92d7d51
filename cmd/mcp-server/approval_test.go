package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/pingcentralapi"
)

const (
	asking     = `{"elicitation":{}}`
	acceptYes  = `{"action":"accept","content":{"environment":"Production"}}`
	acceptBare = `{"action":"accept"}`
	decline    = `{"action":"decline"}`
	cancel     = `{"action":"cancel"}`
)

// written is the structured answer of a write.
type written struct {
	Status, Message, Reason, Promotion, Plan, Command string
	Changed                                           []string
	Approved                                          struct{ By, How string }
}

// writes counts what changed, or tried to change, something in PingCentral.
func writes(box *sandbox.Sandbox) int {
	count := 0
	for _, r := range box.Requests() {
		if r.System == sandbox.PingCentral && r.Method != http.MethodGet {
			count++
		}
	}
	return count
}

const promoteArgs = `{"application":"Payroll","environment":"Production","redirect_uris":"https://payroll.example.com/callback"}`

// TestApprovalByTheUser promotes to a shielded environment and reverts, with
// each answer a user can give.
func TestApprovalByTheUser(t *testing.T) {
	tests := []struct {
		name, reply, status, reason string
		writes                      int
	}{
		{"accept with the name", acceptYes, "promoted", "", 1},
		{"accept with the name in other letters", `{"action":"accept","content":{"environment":" production "}}`, "promoted", "", 1},
		{"accept with another name", `{"action":"accept","content":{"environment":"Test"}}`, "declined", "wrong_answer", 0},
		{"accept with a part of the name", `{"action":"accept","content":{"environment":"Prod"}}`, "declined", "wrong_answer", 0},
		{"accept with an empty name", `{"action":"accept","content":{"environment":" "}}`, "declined", "wrong_answer", 0},
		{"accept without content", acceptBare, "declined", "wrong_answer", 0},
		{"accept with an empty form", `{"action":"accept","content":{}}`, "declined", "wrong_answer", 0},
		{"accept with a yes", `{"action":"accept","content":{"environment":"yes"}}`, "declined", "wrong_answer", 0},
		{"accept with true", `{"action":"accept","content":{"environment":true}}`, "declined", "wrong_answer", 0},
		{"accept with the choice of another form", `{"action":"accept","content":{"decision":"yes, promote"}}`, "declined", "wrong_answer", 0},
		{"accept with more than the form has", `{"action":"accept","content":{"environment":"Production","note":"go"}}`, "declined", "wrong_answer", 0},
		{"accept that says no", `{"action":"accept","content":{"environment":" No"}}`, "declined", "declined", 0},
		{"accept without a form's fields", `{"action":"accept","content":"Production"}`, "declined", "wrong_answer", 0},
		{"accept with a list", `{"action":"accept","content":["Production"]}`, "declined", "wrong_answer", 0},
		{"decline", decline, "declined", "declined", 0},
		{"decline with the name", `{"action":"decline","content":{"environment":"Production"}}`, "declined", "declined", 0},
		{"cancel", cancel, "declined", "cancelled", 0},
		{"undeliverable", "", "unattended", "undeliverable", 0},
		{"nonsense", `{"action":"perhaps"}`, "unattended", "undeliverable", 0},
	}
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, asking)
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				box.Reset()
				a := p.asked("promote_application", promoteArgs, func(q question) string {
					for _, part := range []string{`"Payroll"`, `"Production"`, "SHIELDED", "https://payroll.example.com/callback"} {
						if !contains(q.Message, part) {
							t.Errorf("the question does not have %s:\n%s", part, q.Message)
						}
					}
					first, _, _ := strings.Cut(q.Message, ".\n")
					title := string(encode(t, first+". Type the name of the environment"))
					if want := `{"properties":{"environment":{"type":"string","title":` + title +
						`,"description":"Type the name of the environment to approve."}},"required":["environment"],"type":"object"}`; canonical(t, q.RequestedSchema) != canonical(t, []byte(want)) {
						t.Errorf("the form is %s, want %s", q.RequestedSchema, want)
					}
					return test.reply
				})
				var w written
				decode(t, a.Structured, &w)
				if approved := w.Approved.How == "form" && w.Approved.By == "the client's user"; approved != (test.status == "promoted") ||
					(w.Command != "") != (test.status == "unattended") || test.status != "declined" && contains(w.Message, "user declined") {
					t.Errorf("the answer is %s", a.Structured)
				}
				if a.IsError || w.Status != test.status || w.Reason != test.reason || w.Message == "" || w.Plan != "" {
					t.Errorf("the answer is %s %s", a.text(), a.Structured)
				}
				if n := writes(box); n != test.writes {
					t.Errorf("%d writes, want %d", n, test.writes)
				}
			})
		}
		t.Run("revert", func(t *testing.T) {
			box.Reset()
			var w written
			for _, reply := range []string{`{"action":"accept","content":{}}`, `{"action":"accept","content":{"decision":"no"}}`, `{"action":"accept","content":{"decision":"yes"}}`, `{"action":"accept","content":{"decision":"yes, promote"}}`} {
				decode(t, p.asked("revert_application", `{"application":"Payroll","promotion":"previous"}`, always(reply)).Structured, &w)
				if w.Status != "declined" || writes(box) != 0 {
					t.Errorf("%s gives %+v after %d writes", reply, w, writes(box))
				}
			}
			decode(t, p.asked("revert_application", `{"application":"Payroll","promotion":"previous"}`, func(q question) string {
				if !contains(string(q.RequestedSchema), `"enum":["no","yes, revert"]`) || !contains(string(q.RequestedSchema), `"default":"no"`) {
					t.Errorf("the form is %s", q.RequestedSchema)
				}
				return approving(q)
			}).Structured, &w)
			if w.Status != "reverted" || !contains(w.Message, "not live until it is promoted again") || writes(box) != 1 {
				t.Errorf("got %+v after %d writes", w, writes(box))
			}
		})
	})
}

// TestApprovalByPlan confirms with a sealed plan, where the client cannot ask.
func TestApprovalByPlan(t *testing.T) {
	const args = `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]%s}`
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		for _, capabilities := range []string{`{}`, `{"elicitation":{"url":{}}}`} {
			box.Reset()
			p := against(t, box).greet(era, capabilities)
			var w written
			p.ok("promote_application", fmt.Sprintf(args, ""), &w)
			if w.Status != "confirmation_required" || w.Plan == "" || !contains(w.Message, `"Payroll"`) || writes(box) != 0 {
				t.Fatalf("got %+v after %d writes", w, writes(box))
			}
			plan := `,"plan":` + string(encode(t, w.Plan))
			for name, tampered := range map[string]string{
				"other arguments":   `{"application":"Payroll","environment":"Test","redirect_uris":["https://evil.example.com"]` + plan + `}`,
				"other application": `{"application":"Ledger Batch","environment":"Test"` + plan + `}`,
				"other environment": `{"application":"Payroll","environment":"Production","redirect_uris":["https://payroll.example.com/callback"]` + plan + `}`,
				"cut":               fmt.Sprintf(args, `,"plan":`+string(encode(t, w.Plan[:len(w.Plan)-1]))),
				"invented":          fmt.Sprintf(args, `,"plan":"yes"`),
			} {
				if a := p.call("promote_application", tampered); !a.IsError || writes(box) != 0 {
					t.Errorf("%s: %s after %d writes", name, a.text(), writes(box))
				}
			}
			if a := p.call("revert_application", `{"application":"Payroll","promotion":"previous"`+plan+`}`); !a.IsError || writes(box) != 0 {
				t.Errorf("other tool: %s after %d writes", a.text(), writes(box))
			}
			var done written
			p.ok("promote_application", fmt.Sprintf(args, plan), &done)
			if done.Status != "promoted" || writes(box) != 1 {
				t.Errorf("got %+v after %d writes", done, writes(box))
			}
			if a := p.call("promote_application", fmt.Sprintf(args, plan)); a.IsError || !contains(a.text(), "earlier call") || !contains(a.text(), done.Promotion) || writes(box) != 1 {
				t.Errorf("a repeated call gives %s after %d writes", a.text(), writes(box))
			}
		}
	})
}

// TestShieldedTakesAPerson refuses a shielded target to a client that cannot ask.
func TestShieldedTakesAPerson(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, `{}`)
		a := p.call("promote_application", promoteArgs)
		var w written
		decode(t, a.Structured, &w)
		if a.IsError || w.Status != "approval_required" || w.Plan != "" || !contains(w.Message, "shielded") || writes(box) != 0 ||
			!strings.HasPrefix(w.Command, "pingkit app promote "+sandbox.PayrollID+" --to ") || !contains(w.Command, "--redirect-uri https://payroll.example.com/callback --expect-state ") {
			t.Errorf("got %s after %d writes", a.Structured, writes(box))
		}
	})
}

// TestForgedAnswers presents answers that nobody gave.
func TestForgedAnswers(t *testing.T) {
	box := newSandbox(t)
	forged := func(state string) string {
		return string(encode(t, map[string]any{
			"name": "promote_application", "arguments": json.RawMessage(promoteArgs), "requestState": state,
			"inputResponses": map[string]any{"approve": json.RawMessage(acceptYes)},
		}))
	}
	p := against(t, box).greet(modern, asking)
	state := p.call("promote_application", promoteArgs).RequestState
	if state == "" {
		t.Fatal("the call did not ask")
	}
	for name, test := range map[string]struct{ capabilities, params string }{
		"without the capability": {`{}`, forged(state)},
		"with an invented state": {asking, forged("yes")},
		"with a cut state":       {asking, forged(state[1:])},
		"as a plan":              {`{}`, callParams(t, "promote_application", promoteArgs[:len(promoteArgs)-1]+`,"plan":"`+state+`"}`)},
		"for other arguments": {asking, string(encode(t, map[string]any{
			"name": "promote_application", "arguments": json.RawMessage(`{"application":"Ledger Batch","environment":"Production"}`), "requestState": state,
			"inputResponses": map[string]any{"approve": json.RawMessage(acceptYes)},
		}))},
	} {
		p.capabilities = test.capabilities
		var a answer
		decode(t, p.result("tools/call", test.params), &a)
		if !a.IsError || writes(box) != 0 {
			t.Errorf("%s: %s %s after %d writes", name, a.text(), a.Structured, writes(box))
		}
	}
	// In the older era such fields mean nothing: a question is asked as ever.
	p = against(t, box).greet(legacy, asking)
	id := p.request("tools/call", forged(state))
	m := p.receive()
	if m.Method != "elicitation/create" {
		t.Fatalf("got %+v, want a question", m)
	}
	p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, decline))
	if m := p.receive(); string(m.ID) != id || writes(box) != 0 {
		t.Errorf("got %+v after %d writes", m, writes(box))
	}
	// The state of an answered question is used up.
	p = against(t, box).greet(modern, asking)
	first := p.call("promote_application", promoteArgs)
	if a := p.again("promote_application", promoteArgs, first, always(acceptYes)); a.IsError || writes(box) != 1 {
		t.Fatalf("%s after %d writes", a.text(), writes(box))
	}
	if a := p.again("promote_application", promoteArgs, first, always(acceptYes)); a.IsError || !contains(a.text(), "earlier call") || writes(box) != 1 {
		t.Errorf("a repeated answer gives %s after %d writes", a.text(), writes(box))
	}
	// So is that of one that was declined: no is not turned into yes later.
	for _, no := range []string{decline, cancel} {
		first = p.call("promote_application", promoteArgs)
		p.again("promote_application", promoteArgs, first, always(no))
		if a := p.again("promote_application", promoteArgs, first, always(acceptYes)); !a.IsError || writes(box) != 1 {
			t.Errorf("%s was followed by a yes: %s after %d writes", no, a.text(), writes(box))
		}
	}
}

// TestChangeWhileTheUserThinks asks again, with the new plan.
func TestChangeWhileTheUserThinks(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, asking)
		questions := 0
		reply := func(q question) string {
			if questions++; questions == 1 {
				box.EditApplication(sandbox.Payroll, rename("Payroll 2"))
				return approving(q)
			}
			if !contains(q.Message, "changed since") || !contains(q.Message, `"Payroll 2"`) {
				t.Errorf("the second question does not tell of the change:\n%s", q.Message)
			}
			return decline
		}
		args := fmt.Sprintf(`{"application":%q,"environment":"Test","redirect_uris":["https://payroll.example.com/callback"]}`, sandbox.PayrollID)
		a := p.asked("promote_application", args, reply)
		if era == modern {
			if a.ResultType != "input_required" {
				t.Fatalf("got %s, want a second question", a.text())
			}
			a = p.again("promote_application", args, a, reply)
		}
		var w written
		decode(t, a.Structured, &w)
		if questions != 2 || w.Status != "declined" || writes(box) != 0 {
			t.Errorf("%d questions, %+v, %d writes", questions, w, writes(box))
		}
	})
}

func TestReadOnly(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box, "PINGKIT_READ_ONLY=true").greet(legacy, asking)
	if list := string(p.result("tools/list", "{}")); contains(list, "promote_application") || contains(list, "revert_application") || !contains(list, "get_application") {
		t.Errorf("the tools are %s", list)
	}
	for tool, args := range map[string]string{"promote_application": promoteArgs, "revert_application": `{"application":"Payroll","promotion":"previous"}`} {
		p.request("tools/call", callParams(t, tool, args))
		if m := p.receive(); m.Error == nil || writes(box) != 0 {
			t.Errorf("%s is called: %+v after %d writes", tool, m, writes(box))
		}
	}
}

func rename(name string) func(*pingcentralapi.Application) {
	return func(a *pingcentralapi.Application) { a.Name = name }
}

// TestNoStandsWithoutAStore: a decline that cannot be remembered is still one.
func TestNoStandsWithoutAStore(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box, "PINGKIT_PLAN_STORE=redis://127.0.0.1:1").greet(era, asking)
		a := p.asked("promote_application", promoteArgs, always(decline))
		var w written
		decode(t, a.Structured, &w)
		if a.IsError || w.Status != "declined" || !contains(w.Message, "could not be recorded") || !contains(w.Message, "refused the connection") || writes(box) != 0 {
			t.Errorf("the answer is %s %s", a.text(), a.Structured)
		}
	})
}

// TestInstantAnswersAreNoPersons answers within milliseconds, as clients do that
// run unattended, with every content.
func TestInstantAnswersAreNoPersons(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box, "TEST_READS_SLOWLY=1").greet(era, asking)
		for _, call := range []struct{ tool, args string }{
			{"promote_application", promoteArgs}, {"promote_application", fmt.Sprintf(toTestArgs, "")}, {"revert_application", `{"application":"Payroll","promotion":"previous"}`},
		} {
			for _, reply := range []func(question) string{approving, always(`{"action":"accept","content":{}}`), always(acceptBare), always(decline), always(cancel)} {
				a := p.asked(call.tool, call.args, reply)
				var w written
				decode(t, a.Structured, &w)
				if w.Status != "unattended" || w.Reason != "too_fast" || contains(w.Message, "user declined") || contains(w.Message, "user closed") ||
					!strings.HasPrefix(w.Command, "pingkit app ") || w.Plan != "" || writes(box) != 0 {
					t.Errorf("%s %s: %s after %d writes", call.tool, call.args, a.Structured, writes(box))
				}
			}
		}
	})
}

// canonical is JSON with its keys in order.
func canonical(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	decode(t, text, &value)
	return string(encode(t, value))
}
