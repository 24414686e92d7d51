package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlansOutliveTheProcess has a client that starts the server for each call: the
// plan of one process is carried out by the next one, once, and later ones get its
// outcome.
func TestPlansOutliveTheProcess(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		box := newSandbox(t)
		config := filepath.Join(t.TempDir(), "config")
		call := func(args string) answer {
			p := against(t, box, "XDG_CONFIG_HOME="+config).greet(era, `{}`)
			a := p.call("promote_application", args)
			p.end()
			return a
		}
		idle := against(t, box, "XDG_CONFIG_HOME="+config).greet(era, `{}`)
		idle.ok("get_application", `{"application":"Payroll"}`, &struct{}{})
		idle.end()
		if _, err := os.Stat(config); !os.IsNotExist(err) {
			t.Errorf("without a plan there is %s: %v", config, err)
		}

		var first, second written
		decode(t, call(fmt.Sprintf(toTestArgs, "")).Structured, &first)
		if first.Status != "confirmation_required" || first.Plan == "" || contains(first.Message, "Only this process") {
			t.Fatalf("the plan is %+v", first)
		}
		confirm := fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, first.Plan)))
		decode(t, call(confirm).Structured, &second)
		if second.Status != "promoted" || second.Promotion == "" || writes(box) != 1 {
			t.Fatalf("the confirmation gives %+v after %d writes", second, writes(box))
		}
		for range 2 {
			var again written
			a := call(confirm)
			if a.IsError {
				t.Fatal(a.text())
			}
			decode(t, a.Structured, &again)
			if again.Status != "promoted" || again.Promotion != second.Promotion || !contains(again.Message, "earlier call") || writes(box) != 1 {
				t.Errorf("repeated, the call gives %+v after %d writes", again, writes(box))
			}
		}
		if a := call(strings.Replace(confirm, "callback", "elsewhere", 1)); !a.IsError || !contains(a.text(), "other arguments") || writes(box) != 1 {
			t.Errorf("other arguments give %s", a.text())
		}
	})
}

// TestTwoProcessesCarryAPlanOutOnce confirms one plan at two processes at the same
// moment.
func TestTwoProcessesCarryAPlanOutOnce(t *testing.T) {
	box := newSandbox(t)
	config := "XDG_CONFIG_HOME=" + t.TempDir()
	one, two := against(t, box, config).greet(modern, `{}`), against(t, box, config).greet(modern, `{}`)
	var plan written
	one.ok("promote_application", fmt.Sprintf(toTestArgs, ""), &plan)
	confirm := fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, plan.Plan)))
	answers := make(chan answer, 2)
	for _, p := range []*process{one, two} {
		go func() { answers <- p.call("promote_application", confirm) }()
	}
	promoted := 0
	for range 2 {
		a := <-answers
		if !a.IsError {
			promoted++
		}
		if contains(a.text(), "othing was sent") {
			t.Errorf("the answer is %s", a.text())
		}
	}
	if promoted == 0 || writes(box) != 1 {
		t.Errorf("%d calls report a promotion after %d writes", promoted, writes(box))
	}
}

// TestPlansWithoutAPlaceForThem has a configuration directory that cannot be made:
// the plan says so, and is good in its own process.
func TestPlansWithoutAPlaceForThem(t *testing.T) {
	box := newSandbox(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	one, two := against(t, box, "XDG_CONFIG_HOME="+file).greet(modern, `{}`), against(t, box, "XDG_CONFIG_HOME="+file).greet(modern, `{}`)
	var plan, done written
	one.ok("promote_application", fmt.Sprintf(toTestArgs, ""), &plan)
	if !contains(plan.Message, "Only this process of the server can carry it out") || !contains(plan.Message, file) || !contains(plan.Message, "PINGKIT_PLAN_KEY_FILE") {
		t.Errorf("the plan says %s", plan.Message)
	}
	confirm := fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, plan.Plan)))
	if a := two.call("promote_application", confirm); !a.IsError || !contains(a.text(), "another key") || contains(a.text(), "othing was sent") || writes(box) != 0 {
		t.Errorf("the other process answers %s", a.text())
	}
	one.ok("promote_application", confirm, &done)
	if done.Status != "promoted" || writes(box) != 1 {
		t.Errorf("the process itself gives %+v", done)
	}
}

func TestStoreThatCannotBeUsedIsFoundAtTheStart(t *testing.T) {
	for _, test := range []struct{ name, store, problem string }{
		{"a sentinel", "redis-sentinel://h1:26379,h2:26379/mymaster", "Redis Sentinel"},
		{"no Redis URL", "https://user:hunter2@localhost", "not a Redis URL"},
	} {
		for _, transport := range []string{"stdio", "http"} {
			t.Run(test.name+" over "+transport, func(t *testing.T) {
				p := start(t, append(variables(t, newSandbox(t)), "PINGKIT_PLAN_STORE="+test.store), transport)
				if err := <-p.exited; err == nil || !contains(p.stderr.String(), test.problem) || contains(p.stderr.String(), "hunter2") {
					t.Errorf("the server ends with %v: %s", err, p.stderr)
				}
				p.exited <- nil
			})
		}
	}
}
