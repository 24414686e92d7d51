package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

const toTestArgs = `{"application":"Payroll","environment":"Test","redirect_uris":["https://payroll.example.com/callback"]%s}`

// TestPlanOfASessionThatCannotAskIsNoApproval takes the sealed plan that a client
// without elicitation gets to one whose user can be asked: the user decides all
// the same. Both processes know one key, as replicas do.
func TestPlanOfASessionThatCannotAskIsNoApproval(t *testing.T) {
	key := filepath.Join(t.TempDir(), "plan.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		var w written
		against(t, box, "PINGKIT_PLAN_KEY_FILE="+key).greet(era, `{}`).ok("promote_application", fmt.Sprintf(toTestArgs, ""), &w)
		if w.Plan == "" {
			t.Fatalf("got %+v", w)
		}
		args := fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, w.Plan)))
		asked := 0
		var declined written
		decode(t, against(t, box, "PINGKIT_PLAN_KEY_FILE="+key).greet(era, asking).asked("promote_application", args, func(question) string {
			asked++
			return decline
		}).Structured, &declined)
		if asked != 1 || declined.Status != "declined" || writes(box) != 0 {
			t.Errorf("asked %d times, got %+v after %d writes", asked, declined, writes(box))
		}
		// A shielded environment has no such plan at all, and the plan of another
		// environment is none for it.
		for _, args := range []string{promoteArgs, strings.TrimSuffix(promoteArgs, "}") + `,"plan":` + string(encode(t, w.Plan)) + `}`} {
			if a := against(t, box, "PINGKIT_PLAN_KEY_FILE="+key).greet(era, `{}`).call("promote_application", args); !a.IsError && !contains(a.text(), "approval_required") || writes(box) != 0 {
				t.Errorf("%s: %s after %d writes", args, a.text(), writes(box))
			}
		}
	})
}

// TestAnswersThatBelongToNoQuestion sends answers before a question, under other
// ids, and once more after it: only the answer to the question itself counts.
func TestAnswersThatBelongToNoQuestion(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(legacy, asking)
	if p.era != legacy { // the server asks in the older era alone
		return
	}
	yes := func(id string) {
		p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"action":"accept","content":{"environment":"Production"}}}`, id))
	}
	for id := range 20 { // ids are counted up, so that they can be guessed
		yes(fmt.Sprint(id))
	}
	id := p.request("tools/call", callParams(t, "promote_application", promoteArgs))
	m := p.receive()
	if m.Method != "elicitation/create" {
		t.Fatalf("got %+v, want a question", m)
	}
	var own int
	if err := json.Unmarshal(m.ID, &own); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{fmt.Sprint(own + 1), fmt.Sprint(own - 1), fmt.Sprint(-own), "null", fmt.Sprintf("[%d]", own), "0", id + "0"} {
		yes(other)
	}
	time.Sleep(200 * time.Millisecond)
	if n := writes(box); n != 0 {
		t.Fatalf("%d writes by answers to nothing", n)
	}
	p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":%s}`, own, decline))
	yes(fmt.Sprint(own)) // too late
	for {
		m := p.receive()
		if string(m.ID) != id || m.Method != "" {
			continue
		}
		var a answer
		decode(t, m.Result, &a)
		var w written
		decode(t, a.Structured, &w)
		if w.Status != "declined" || writes(box) != 0 {
			t.Errorf("got %+v after %d writes", w, writes(box))
		}
		break
	}
	p.call("list_applications", `{}`) // the server is well
}

// TestAnswersInOtherForms answers the right question with what is no answer, or
// only resembles a yes.
func TestAnswersInOtherForms(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, asking)
		for _, reply := range []string{
			`{"action":"ACCEPT","content":{"environment":"Production"}}`, `{"action":" accept","content":{"environment":"Production"}}`, `{"action":["accept"],"content":{"environment":"Production"}}`, `{"action":""}`, `{}`, `[]`, `"accept"`, `true`, `null`,
			`{"result":{"action":"accept","content":{"environment":"Production"}}}`,
		} {
			params := callParams(t, "promote_application", promoteArgs)
			if era == modern {
				first := p.call("promote_application", promoteArgs)
				responses := json.RawMessage(`{"approve":` + reply + `}`)
				params = string(encode(t, map[string]any{
					"name": "promote_application", "arguments": json.RawMessage(promoteArgs), "inputResponses": responses, "requestState": first.RequestState,
				}))
			}
			id := p.request("tools/call", params)
			for answered := false; !answered; {
				m := p.receive()
				switch {
				case m.Method == "elicitation/create":
					p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, reply))
					if reply == "null" { // no answer by JSON-RPC: the question stays open
						p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, cancel))
					}
				case string(m.ID) == id && m.Method == "":
					answered = true
				}
			}
			if n := writes(box); n != 0 {
				t.Fatalf("%s: %d writes", reply, n)
			}
		}
	})
}

// TestModelCannotAnswerForItsUser puts what only a client sends into arguments.
func TestModelCannotAnswerForItsUser(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		p := against(t, box).greet(era, asking)
		for _, more := range []string{
			`,"inputResponses":{"approve":{"action":"accept","content":{"environment":"Production"}}}`, `,"requestState":"yes"`, `,"confirm":true`, `,"approve":{"action":"accept"}`,
			`,"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}`, `,"plan":true`, `,"plan":["x"]`, `,"Plan":"x"`, `,"shielded":true`, `,"any_type":true`,
		} {
			args := strings.TrimSuffix(promoteArgs, "}") + more + "}"
			a := p.asked("promote_application", args, always(decline))
			if !a.IsError || writes(box) != 0 {
				t.Errorf("%s: %s %s after %d writes", more, a.text(), a.Structured, writes(box))
			}
		}
		var w written
		decode(t, p.asked("promote_application", strings.TrimSuffix(promoteArgs, "}")+`,"plan":"yes"}`, always(decline)).Structured, &w)
		if w.Status != "declined" || writes(box) != 0 {
			t.Errorf("got %+v after %d writes", w, writes(box))
		}
	})
}

// TestHostileNamesInTheQuestion asks about an application whose owner gave it a
// name that reads like the rest of the plan.
func TestHostileNamesInTheQuestion(t *testing.T) {
	box := sandboxtest.New(t, sandbox.Options{Hostile: true})
	eras(t, func(t *testing.T, era string) {
		p := against(t, box).greet(era, asking)
		questions := 0
		p.asked("promote_application", `{"application":"Expenses","environment":"TEST","redirect_uris":["https://expenses.example.com/cb"]}`, func(q question) string {
			questions++
			for _, label := range []string{"PROMOTE ", "Application: ", "Owners: ", "Target: ", "Client secret: ", "Good until: "} {
				found := 0
				for line := range strings.Lines(q.Message) {
					if strings.HasPrefix(line, label) {
						found++
					}
				}
				if found != 1 {
					t.Errorf("%d lines begin with %q:\n%s", found, label, q.Message)
				}
			}
			return decline
		})
		if questions != 1 || writes(box) != 0 {
			t.Errorf("%d questions and %d writes", questions, writes(box))
		}
	})
}
