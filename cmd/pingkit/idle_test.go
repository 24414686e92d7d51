package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// A start that finds twenty kits as they should be makes no request, writes
// nothing and is quick: this is every start of a container but the first.
func TestSyncWithNothingToDo(t *testing.T) {
	const wanted = 20
	s, environment := startSandbox(t)
	work := t.TempDir()
	var manifest bytes.Buffer
	manifest.WriteString("apiVersion: pingkit/v1\ntarget: {product: pingfederate, version: 12.1.0, layout: server-profile}\nkits:\n")
	for i := range wanted {
		name := fmt.Sprintf("Idle Kit %02d", i)
		s.Publish(sandbox.Publication{Integration: name, Number: "1.0", Kit: kits.Build(kits.Contents{
			Base: fmt.Sprintf("pf-idle-%02d-kit", i), Version: "1.0", Layout: kits.LayoutProductTree,
			Jars:      []string{fmt.Sprintf("pf-idle-%02d-adapter 1.0", i), fmt.Sprintf("pf-idle-%02d-library 1.0", i)},
			Templates: []string{fmt.Sprintf("idle-%02d.html", i)},
		})})
		fmt.Fprintf(&manifest, "  - {name: %s, version: latest}\n", name)
	}
	if err := os.WriteFile(filepath.Join(work, "kits.yaml"), manifest.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := pingkit(t, work, environment, "sync", "--target", "t").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	before, requests := everything(t, filepath.Dir(work)), len(s.Requests())
	// Processor time, which does not grow when other tests keep the machine busy.
	idle, nothing := time.Hour, time.Hour
	for range 5 {
		cmd := pingkit(t, work, environment, "sync", "--target", "t", "--locked")
		out, err := cmd.CombinedOutput()
		if want := "t is up to date: 60 files\n"; err != nil || string(out) != want {
			t.Fatalf("%v\ngot  %swant %s", err, out, want)
		}
		idle = min(idle, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		cmd = pingkit(t, work, environment, "--version")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		nothing = min(nothing, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	if got := len(s.Requests()); got != requests {
		t.Errorf("%d requests were made", got-requests)
	}
	if after := everything(t, filepath.Dir(work)); after != before {
		t.Errorf("something was written\nbefore:\n%s\nafter:\n%s", before, after)
	}
	t.Logf("it takes %v of processor time, and the start of the process alone %v", idle, nothing)
	// The promise is 50 ms; the race detector, with which this also runs, doubles the time.
	if idle-nothing > 100*time.Millisecond {
		t.Errorf("it takes %v of processor time more than the start of the process", idle-nothing)
	}
}

// everything describes all files and folders below a directory, with their times
// of change.
func everything(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			fmt.Fprintf(&b, "%s %s %d %d\n", path, info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
