package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestShortSoak is the whole soak for a few seconds, without growth, which takes minutes to see.
func TestShortSoak(t *testing.T) {
	server := filepath.Join(t.TempDir(), "mcp-server")
	build := exec.CommandContext(t.Context(), "go", "-C", "../..", "build", "-o", server, "./cmd/mcp-server")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var out strings.Builder
	err := run(t.Context(), options{
		server: server, length: 6 * time.Second, rate: 40, every: time.Second / 2, faulty: time.Second / 2, calm: 3 * time.Second,
		faultsAtATime: 5, reset: 2 * time.Second, rest: time.Minute, seed: 1,
	}, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{"writes, user: promoted", "writes, plan: promoted", "downloads", "sessions abandoned", "faults injected", "not judged"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, &out)
		}
	}
}

// TestReportFails for an output that takes nothing, and for a run without a single good call.
func TestReportFails(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "table"))
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := (&soak{ledger: newLedger(), faults: &faults{}}).report(out); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a closed file: %v", err)
	}
	var text strings.Builder
	if err := (&soak{ledger: newLedger(), faults: &faults{}}).report(&text); err == nil || !strings.Contains(text.String(), "no call succeeded") {
		t.Errorf("no call: %v\n%s", err, &text)
	}
}

// series is a run of ten minutes in which goroutines follow a function of the minute, with the ups and downs of an honest figure.
func series(at func(minute float64) float64) []sample {
	var samples []sample
	for i := range 200 {
		minute := float64(i) / 20
		f := figures{resident: 40, held: 30, files: 30, sessions: 15, goroutines: at(minute) + []float64{0, 3, -2, 5, -4}[i%5]}
		samples = append(samples, sample{at: time.Duration(minute * float64(time.Minute)), http: f, stdio: []figures{f}})
	}
	return samples
}

func TestGrowth(t *testing.T) {
	for name, test := range map[string]struct {
		goroutines func(minute float64) float64
		grows      bool
	}{
		"level":                          {func(float64) float64 { return 60 }, false},
		"high at first":                  {func(m float64) float64 { return 60 + 200/(1+5*m) }, false},
		"up and down":                    {func(m float64) float64 { return 60 + 30*float64(int(m)%2) }, false},
		"leak in one of a thousand jobs": {func(m float64) float64 { return 60 + 3*m }, false},
		"leak in one of a hundred jobs":  {func(m float64) float64 { return 60 + 30*m }, true},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			grown, judged := growth(&out, series(test.goroutines), gauges(1))
			if !judged || (len(grown) > 0) != test.grows || test.grows && !strings.HasPrefix(grown[0], "goroutines grew from ") || strings.Count(out.String(), "\n") != 8 {
				t.Errorf("%q\n%s", grown, &out)
			}
		})
	}
}

func TestCrashesInALog(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte("all is well\nlevel=ERROR msg=panic in=download\nfatal error: all goroutines are asleep\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	l.complainOfCrashes("http", log)
	if l.complained != 2 || !strings.Contains(l.complaints[0], "panic in=download") {
		t.Errorf("%q", l.complaints)
	}
}
