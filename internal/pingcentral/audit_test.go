package pingcentral

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// auditLines decodes each line of an audit.
func auditLines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(text) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("the line %q: %v", line, err)
		}
		lines = append(lines, fields)
	}
	return lines
}

func TestAuditTellsOfEachWrite(t *testing.T) {
	f := newForeign(t)
	f.change(func() {
		f.apps[0]["name"] = "Pay\nroll\u202e"
		f.writeBody = `{"clientSecret":"generated-hunter2"}`
	})
	var stream bytes.Buffer
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	s := f.service(t, withSecret, func(o *Options) { o.Audit = NewAudit(&stream, path) })
	p := planned(t, s, PromoteRequest{Application: payrollID, Environment: "Production", RedirectURIs: []string{"https://payroll.example.com/cb"}, ClientSecretRef: "env:PINGKIT_SECRET_A"})
	out, err := s.Execute(t.Context(), p, Approval{By: ByUser, Caller: "ada\nroot", How: "form", Answer: "production"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Execute(t.Context(), planned(t, s, RevertRequest{payrollID, "h1"}), Approval{By: ByFlag, How: "--yes"}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil || string(file) != stream.String() {
		t.Errorf("the file holds %q, the stream %q, %v", file, stream.String(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	if strings.Contains(string(file), "hunter2") {
		t.Errorf("the audit holds a secret: %s", file)
	}
	lines := auditLines(t, string(file))
	if len(lines) != 4 {
		t.Fatalf("the audit has %d lines: %s", len(lines), file)
	}
	before, after, revert := lines[0], lines[1], lines[3]
	for key, want := range map[string]string{
		"phase": "before", "action": "promote", "application": "map[id:app:payroll-1 name:Pay roll]", "environment": "map[id:env-prod name:Production shielded:true]",
		"approved": "map[by:user caller:ada root how:form]", "plan": "map[digest:" + p.Digest + " id:" + p.ID + "]", "transaction_id": out.TransactionID,
		"client_secret_ref": "env:PINGKIT_SECRET_A", "redirect_uris": "[https://payroll.example.com/cb]", "msg": "audit",
	} {
		if got := fmt.Sprint(before[key]); got != want {
			t.Errorf("before, %s is %q, want %q", key, got, want)
		}
	}
	if before["outcome"] != nil || before["level"] != nil || before["time"] == nil || after["phase"] != "after" || after["outcome"] != "promoted" ||
		!strings.Contains(fmt.Sprint(after["detail"]), "is promoted to") || !strings.Contains(fmt.Sprint(after["detail"]), out.Promotion.ID) || after["transaction_id"] != before["transaction_id"] {
		t.Errorf("before is %v, after is %v", before, after)
	}
	if revert["action"] != "revert" || revert["promotion"] != "h1" || revert["outcome"] != "reverted" || revert["environment"] != nil || fmt.Sprint(revert["approved"]) != "map[by:flag caller: how:--yes]" {
		t.Errorf("the revert is %v", revert)
	}
}

func TestAuditOfWhatWasNotDone(t *testing.T) {
	f := newForeign(t)
	f.change(func() {
		f.effect, f.writeStatus, f.writeBody = false, http.StatusUnprocessableEntity, `{"message":"bad: hunter2hunter2"}`
	})
	var stream bytes.Buffer
	s := f.service(t, withSecret, func(o *Options) { o.Audit = NewAudit(&stream, "") })
	p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true})
	if _, err := asUser(s, t.Context(), p); err == nil {
		t.Fatal("a refused write succeeds")
	}
	lines := auditLines(t, stream.String())
	if len(lines) != 2 || lines[1]["outcome"] != "not_done" || !strings.Contains(fmt.Sprint(lines[1]["detail"]), "422") || strings.Contains(stream.String(), "hunter2") {
		t.Errorf("the audit is %s", stream.String())
	}
}

// breakable is a stream that fails from its nth line on.
type breakable struct {
	good  int
	lines int
}

func (b *breakable) Write(p []byte) (int, error) {
	if b.lines++; b.lines > b.good {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestNoAuditNoWrite(t *testing.T) {
	for name, audit := range map[string]*Audit{
		"a stream that fails": NewAudit(&breakable{}, ""),
		"no place":            NewAudit(nil, ""),
		"a directory":         NewAudit(nil, t.TempDir()),
		"no such directory":   NewAudit(io.Discard, filepath.Join(t.TempDir(), "gone", "audit")),
		"a device":            NewAudit(io.Discard, "/dev/full"),
	} {
		f := newForeign(t)
		s := f.service(t, func(o *Options) { o.Audit = audit })
		var refused *RefusedError
		_, err := asUser(s, t.Context(), planned(t, s, toTest()))
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, "without an audit line") || refused.Err == nil || len(f.writes()) > 0 {
			t.Errorf("%s gives %v, sent %v", name, err, f.writes())
		}
	}
}

func TestLostAuditLineOfTheOutcomeIsTold(t *testing.T) {
	f := newForeign(t)
	s := f.service(t, func(o *Options) { o.Audit = NewAudit(&breakable{good: 1}, "") })
	out, err := asUser(s, t.Context(), planned(t, s, toTest()))
	if err != nil || out.Status != StatusPromoted || !hasNote(out, "the audit lacks the line of this outcome") {
		t.Errorf("the outcome is %+v, %v", out, err)
	}
}

// TestAuditOfWhatTheEndOfTheProcessCutsOff: each write has two lines, also one
// that nobody waits for any more, and no more than two.
func TestAuditOfWhatTheEndOfTheProcessCutsOff(t *testing.T) {
	f := newForeign(t)
	sent, goOn := make(chan bool), make(chan bool)
	f.change(func() { f.before = func() { close(sent); <-goOn } })
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	s := f.service(t, func(o *Options) { o.Audit = NewAudit(nil, path) })
	p := planned(t, s, toTest())
	done := make(chan error)
	go func() {
		_, err := asUser(s, t.Context(), p)
		done <- err
	}()
	<-sent
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := auditLines(t, string(text))
	if len(lines) != 2 || lines[0]["phase"] != "before" || lines[1]["phase"] != "after" || lines[1]["outcome"] != "unknown" ||
		lines[0]["transaction_id"] != lines[1]["transaction_id"] {
		t.Errorf("the audit is %s", text)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	f.forget()
	if _, err := asUser(s, t.Context(), planned(t, s, toTest())); err == nil || len(f.writes()) > 0 {
		t.Errorf("a write after the end gives %v, sent %v", err, f.writes())
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(text) {
		t.Errorf("a line more: %s, %v", after, err)
	}
}

func TestAuditFileIsAppended(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(path, []byte("{\"earlier\":true}\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	one, two := NewAudit(nil, path), NewAudit(nil, path) // as of two processes
	var wg sync.WaitGroup
	for range 20 {
		for _, audit := range []*Audit{one, two} {
			wg.Go(func() {
				if err := audit.write(t.Context(), record{phase: "before", plan: &Plan{}, detail: strings.Repeat("x", 5000)}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A process that found another one's line half written begins with a line break.
	text = bytes.ReplaceAll(text, []byte("\n\n"), []byte("\n"))
	if lines := auditLines(t, string(text)); len(lines) != 41 || lines[0]["earlier"] != true {
		t.Errorf("the file holds %d lines", len(lines))
	}
}

// TestAuditAfterAHalfLine: a disk that was full in the middle of a line must not
// spoil the next one.
func TestAuditAfterAHalfLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(path, []byte(`{"half":{"time":`), 0o600); err != nil {
		t.Fatal(err)
	}
	audit := NewAudit(nil, path)
	for range 2 {
		if err := audit.write(t.Context(), record{phase: "before", plan: &Plan{}}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	half, rest, _ := strings.Cut(string(text), "\n")
	if lines := auditLines(t, rest); half != `{"half":{"time":` || len(lines) != 2 || lines[0]["phase"] != "before" {
		t.Errorf("the file holds %q", text)
	}
}
