//go:build faults

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// TestFaultsStormOf429 asks for more patience than a call has: it ends at once,
// says when to come back, and adds nothing to the storm.
func TestFaultsStormOf429(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(modern, asking)
	box.Inject(sandbox.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}})
	for _, call := range faultCalls() {
		if call.planned {
			continue
		}
		before, begin := len(box.Requests()), time.Now()
		a := p.asked(call.tool, call.args(&here{box: box}), approving)
		if took := time.Since(begin); took > soon {
			t.Errorf("%s took %v", call.tool, took)
		}
		if !a.IsError || !strings.Contains(a.text(), "after 3600 seconds") {
			t.Errorf("%s: %s", call.tool, a.text())
		}
		systems := 1
		if call.tool == "list_environments" {
			systems = 2
		}
		if sent := len(box.Requests()) - before; sent > systems {
			t.Errorf("%s sent %d requests into the storm", call.tool, sent)
		}
	}
}

// TestFaultsMemory reads, one after the other, an answer of 1 GB from each
// operation that tools call, as a result and as an error, and looks at the most
// memory that the process ever had.
func TestFaultsMemory(t *testing.T) {
	tried := map[operation]bool{}
	box := newSandbox(t)
	p := against(t, box).greet(modern, asking)
	for _, call := range faultCalls() {
		if call.planned {
			continue
		}
		p.asked(call.tool, call.args(&here{box: box}), approving)
		seen := accepted(box.Requests())
		for o := range seen {
			if tried[o] {
				continue
			}
			tried[o] = true
			for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
				box.Reset()
				box.Inject(sandbox.Fault{System: o.system, Operation: o.name, Status: status, Content: sandbox.HugeJSON(1 << 30)})
				if o.system == sandbox.Auth {
					box.RevokeTokens()
				}
				if a := p.asked(call.tool, call.args(&here{box: box}), approving); len(a.text()) > textBound && a.IsError {
					t.Errorf("%s, %s: an error of %d characters", call.tool, o.name, len(a.text()))
				}
				for _, r := range box.Requests() {
					if r.Bytes > 64<<20 {
						t.Errorf("%s, %s: %d bytes were read", call.tool, o.name, r.Bytes)
					}
				}
			}
		}
		box.Reset()
	}
	peak := statusOf(t, p, "VmHWM")
	t.Logf("at most %d MiB", peak>>20)
	if peak > mostMemory {
		t.Errorf("the process had %d MiB", peak>>20)
	}
}

// statusOf reads a size of a process from /proc.
func statusOf(t *testing.T, p *process, field string) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatalf("there is no %s", field)
	return 0
}

// TestFaultsTokenRevokedBetweenPages takes the token away between two pages: the
// list is whole, each page was read once, and one more token was asked for.
func TestFaultsTokenRevokedBetweenPages(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(modern, "{}")
	type list struct {
		Integrations []json.RawMessage
	}
	const args = `{"limit":100}`
	var whole, interrupted list
	p.ok("list_integrations", args, &whole)
	box.Reset()
	p = against(t, box).greet(modern, "{}")
	box.SetForms(sandbox.Forms{PageSize: 5})
	box.Inject(sandbox.Fault{Operation: "listIntegrations", Skip: 2, Times: 1, Before: box.RevokeTokens})
	p.ok("list_integrations", args, &interrupted)
	if !bytes.Equal(encode(t, whole), encode(t, interrupted)) {
		t.Errorf("%d integrations, want %d", len(interrupted.Integrations), len(whole.Integrations))
	}
	pages, refused := 0, 0
	for _, r := range box.RequestsOf("listIntegrations") {
		if r.Status == http.StatusUnauthorized {
			refused++
		} else {
			pages++
		}
	}
	if want := (len(whole.Integrations) + 4) / 5; pages != want || refused != 1 {
		t.Errorf("%d pages were read and %d refused, want %d and 1", pages, refused, want)
	}
	if tokens := len(box.RequestsOf("token")); tokens != 2 {
		t.Errorf("%d tokens, want 2", tokens)
	}
}

// TestFaultsSlowAnswers has a system that sends its answer so slowly that it
// never ends: whoever waits can leave at any time, at once, and nothing goes on.
func TestFaultsSlowAnswers(t *testing.T) {
	for name, fault := range map[string]sandbox.Fault{
		"the body byte by byte": {BytesPerSecond: 20},
		"no answer":             {Delay: time.Hour},
		"a byte a second":       {BytesPerSecond: 1},
	} {
		t.Run(name, func(t *testing.T) {
			box := newSandbox(t)
			downloads := t.TempDir()
			p := against(t, box, "PINGKIT_DOWNLOAD_DIR="+downloads).greet(modern, asking)
			for _, o := range []string{"listIntegrations", "storage", "listApplications"} {
				box.Reset()
				fault.Operation = o
				box.Inject(fault)
				tool := map[string]string{"listIntegrations": "list_integrations", "storage": "download_asset", "listApplications": "get_application"}[o]
				args := map[string]string{"listIntegrations": "{}", "storage": `{"integration":"PingID Integration Kit"}`, "listApplications": `{"application":"payroll"}`}[o]
				id := p.request("tools/call", callParams(t, tool, args))
				awaitRequest(t, box, o)
				begin := time.Now()
				p.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`)
				for string(p.receive().ID) != id {
				}
				if took := time.Since(begin); took > soon {
					t.Errorf("%s took %v to leave", tool, took)
				}
				if left := filesIn(t, downloads); len(left) > 0 {
					t.Errorf("it left %v", left)
				}
			}
			box.Reset()
			p.ok("list_integrations", "{}", new(json.RawMessage))
			p.ok("get_application", `{"application":"payroll"}`, new(json.RawMessage))
		})
	}
}

// awaitRequest waits until an operation was asked for.
func awaitRequest(t *testing.T, box *sandbox.Sandbox, operation string) {
	t.Helper()
	for end := time.Now().Add(patience); len(box.RequestsOf(operation)) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s is not asked for", operation)
		}
	}
}

// TestFaultsPlanAndTheClock confirms plans while the server's clock jumps: a plan
// that the jump made old is refused, and nothing is sent.
func TestFaultsPlanAndTheClock(t *testing.T) {
	for _, test := range []struct {
		jump   time.Duration
		status string // empty: refused
	}{
		{0, "promoted"}, {4 * time.Minute, "promoted"}, {6 * time.Minute, ""}, {24 * 365 * 10 * time.Hour, ""},
		{-6 * time.Minute, ""}, {-24 * 365 * 10 * time.Hour, ""},
	} {
		for _, capabilities := range []string{"{}", asking} {
			t.Run(fmt.Sprint(test.jump, capabilities), func(t *testing.T) {
				box := newSandbox(t)
				h := serveHere(t, box, false)
				h.capabilities = capabilities
				args := fmt.Sprintf(toTestArgs, "")
				first := h.call("promote_application", args)
				h.jumped.Store(int64(test.jump))
				var a answer
				if capabilities == asking {
					a = h.again("promote_application", args, first, approving)
				} else {
					var w written
					decode(t, first.Structured, &w)
					a = h.call("promote_application", fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, w.Plan))))
				}
				var w written
				if !a.IsError {
					decode(t, a.Structured, &w)
				}
				promoted := len(box.RequestsOf("promoteApplication"))
				if test.status != "" && (w.Status != test.status || promoted != 1) || test.status == "" && (w.Status == "promoted" || promoted != 0) {
					t.Errorf("%s %s after %d promotions", a.text(), a.Structured, promoted)
				}
				if test.status == "" && a.IsError {
					h.plainError(a)
				}
			})
		}
	}
}
