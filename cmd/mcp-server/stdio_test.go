package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestMalformedLinesAreAnswered(t *testing.T) {
	p := start(t, nil)
	for _, line := range []string{
		"hello", `{"jsonrpc":`, "[]", `"text"`, `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, strings.Repeat("x", 2<<20),
		`{"jsonrpc":"1.0","id":7,"method":"ping"}`, `{"id":7,"method":"ping"}`, `{"jsonrpc":"2.0","id":7,"method":"nothing/such"}`,
		`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[]}`, `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":"x"}`,
		`{"jsonrpc":"2.0","id":7,"method":"tools/call"}`,
	} {
		p.send(line)
		if m := p.receive(); m.Error == nil || m.Error.Message == "" {
			t.Errorf("%.60s: got %+v, want an error", line, m)
		}
	}
	p.greet(legacy, "{}")
	p.result("ping", "{}")
}

func TestArgumentsThatAreNoObject(t *testing.T) {
	p := start(t, nil).greet(legacy, "{}")
	for _, args := range []string{`[]`, `"x"`, `5`, `true`} {
		if a := p.call("list_versions", args); !a.IsError || !contains(a.text(), "one JSON object") {
			t.Errorf("%s: %q", args, a.text())
		}
	}
}

func TestEndOfInputEndsAtOnce(t *testing.T) {
	p := start(t, nil).greet(legacy, "{}")
	if took := p.end(); took > soon {
		t.Errorf("it took %v", took)
	}
}

func TestSIGTERMEndsAtOnce(t *testing.T) {
	p := start(t, nil).greet(legacy, "{}")
	if took := p.terminate(); took > soon {
		t.Errorf("it took %v", took)
	}
}

// TestLinesBeforeTheEndAreAnswered pipes requests in, as a shell does, the last
// one without a line feed.
func TestLinesBeforeTheEndAreAnswered(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(legacy, "{}")
	p.request("tools/call", callParams(t, "list_applications", "{}"))
	if _, err := p.stdin.Write([]byte(`{"jsonrpc":"2.0","id":99,"method":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 2 {
		m := p.receive()
		if m.Error != nil {
			t.Errorf("got %+v", m.Error)
		}
		seen[string(m.ID)] = true
	}
	if !seen["99"] || len(seen) != 2 {
		t.Errorf("answered: %v", seen)
	}
	p.awaitEnd()
}

func TestAnEndLeavesNothingHalfWritten(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(*process) time.Duration
	}{
		{"end of input, after the grace", (*process).end},
		{"SIGTERM", (*process).terminate},
	} {
		t.Run(test.name, func(t *testing.T) {
			box := newSandbox(t)
			box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 200})
			dir := t.TempDir()
			p := start(t, append(variables(t, box), "PINGKIT_DOWNLOAD_DIR="+dir), "stdio", "--grace", "1ms").greet(legacy, "{}")
			p.request("tools/call", `{"name":"download_asset","arguments":{"integration":"PingID Integration Kit"},"_meta":{"progressToken":"p"}}`)
			if m := p.receive(); m.Method != "notifications/progress" {
				t.Fatalf("got %+v, want progress", m)
			}
			test.end(p)
			if left := filesIn(t, dir); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
}

// TestACallFinishesAfterTheEndOfInput closes stdin while a download runs.
func TestACallFinishesAfterTheEndOfInput(t *testing.T) {
	box := newSandbox(t)
	box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 50_000})
	p := start(t, variables(t, box), "stdio", "--grace", "1h").greet(legacy, "{}")
	id := p.request("tools/call", `{"name":"download_asset","arguments":{"integration":"PingID Integration Kit"},"_meta":{"progressToken":"p"}}`)
	if m := p.receive(); m.Method != "notifications/progress" {
		t.Fatalf("got %+v, want progress", m)
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	m := p.receive()
	for m.Method != "" {
		m = p.receive()
	}
	var a answer
	if decode(t, m.Result, &a); string(m.ID) != id || a.IsError {
		t.Errorf("the call ended with %+v", m)
	}
	p.awaitEnd()
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestProgress is increasing, at most five a second, and ended before the result.
func TestProgress(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 50_000})
		p := against(t, box).greet(era, "{}")
		begin := time.Now()
		id := p.request("tools/call", `{"name":"download_asset","arguments":{"integration":"PingID Integration Kit"},"_meta":{"progressToken":42}}`)
		last, count := -1.0, 0
		for {
			m := p.receive()
			if string(m.ID) == id {
				break
			}
			var progress struct {
				ProgressToken   json.Number
				Progress, Total float64
			}
			decode(t, m.Params, &progress)
			if m.Method != "notifications/progress" || progress.ProgressToken != "42" || progress.Progress <= last || progress.Total < progress.Progress {
				t.Errorf("after %v came %s %s", last, m.Method, m.Params)
			}
			last, count = progress.Progress, count+1
		}
		if most := int(time.Since(begin)/(200*time.Millisecond)) + 1; count == 0 || count > most {
			t.Errorf("%d notifications in %v", count, time.Since(begin))
		}
		p.result("tools/list", "{}")
		select {
		case line := <-p.lines:
			t.Errorf("after the result came %s", line)
		case <-time.After(50 * time.Millisecond):
		}
	})
}

// TestCancel ends a download at the client's wish.
func TestCancel(t *testing.T) {
	box := newSandbox(t)
	box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 2000})
	dir := t.TempDir()
	p := against(t, box, "PINGKIT_DOWNLOAD_DIR="+dir).greet(legacy, "{}")
	id := p.request("tools/call", `{"name":"download_asset","arguments":{"integration":"PingID Integration Kit"},"_meta":{"progressToken":1}}`)
	p.receive()
	p.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`)
	begin := time.Now()
	for string(p.receive().ID) != id {
	}
	if took := time.Since(begin); took > soon {
		t.Errorf("it took %v", took)
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// TestLongCallsDoNotHoldUpOthers has many slow downloads under way and reads.
func TestLongCallsDoNotHoldUpOthers(t *testing.T) {
	box := newSandbox(t)
	box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 2000})
	p := against(t, box).greet(legacy, "{}")
	for _, kit := range []string{"2.12.0", "2.15.0", "2.24.0"} {
		for _, dir := range []string{"a", "b", "c"} {
			p.request("tools/call", callParams(t, "download_asset", `{"integration":"PingID Integration Kit","version":"`+kit+`","directory":"`+dir+`"}`))
		}
	}
	begin := time.Now()
	p.ok("get_application", `{"application":"Payroll"}`, new(any))
	if took := time.Since(begin); took > soon {
		t.Errorf("it took %v", took)
	}
}
