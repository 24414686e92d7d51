package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// TestEndDuringAWriteIsAudited ends the server while PingCentral takes its time
// over a promotion: the audit has both its lines.
func TestEndDuringAWriteIsAudited(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	box.Inject(sandbox.Fault{Operation: "promoteApplication", Delay: 8 * time.Second})
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	p := against(t, box, "PINGKIT_AUDIT_FILE="+file).greet(legacy, "{}")
	const args = `{"application":"Payroll","environment":"Test","redirect_uris":"https://payroll.example.com/callback"`
	var w written
	p.ok("promote_application", args+"}", &w)
	p.request("tools/call", callParams(t, "promote_application", args+`,"plan":`+string(encode(t, w.Plan))+"}"))
	audit := func() string {
		text, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(text)
	}
	for begin := time.Now(); len(box.RequestsOf("promoteApplication")) == 0 && time.Since(begin) < patience; {
		time.Sleep(10 * time.Millisecond)
	}
	p.terminate()
	if lines := strings.Split(audit(), "\n"); len(lines) != 3 || !contains(lines[0], `"phase":"before"`) || !contains(lines[1], `"phase":"after"`) || !contains(lines[1], `"outcome":"unknown"`) {
		t.Errorf("the audit is %q", lines)
	}
}
