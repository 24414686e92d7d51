package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain lets the test binary be the simulated PingOne, as the program can.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == upstreamRole {
		exit(serveUpstream(os.Args[2], os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// measure runs parts with as little of everything as possible, and the build under test as its own base. It returns the table.
func measure(t *testing.T, only, write string) string {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{{"-C", "../..", "build", "-o", dir, "./cmd/mcp-server", "./cmd/pingkit"}, {"build", "-o", dir, "./bare"}} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v: %s", args, err, out)
		}
	}
	var printed bytes.Buffer
	if err := run(t.Context(), tiny, dir, dir, only, write, &printed); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(printed.String(), none) {
			t.Errorf("%s is in the table:\n%s", none, &printed)
		}
	}
	return printed.String()
}

// TestPartsWithoutTools measures what needs no curl and unzip.
func TestPartsWithoutTools(t *testing.T) {
	table := measure(t, "a,d,e", "")
	for _, want := range []string{"32 at a time", "start: to the response to initialize", "bare: ", "base: ", "tools/list", "1.00"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if err := run(t.Context(), tiny, t.TempDir(), "", "x", "", &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "hint: ") {
		t.Errorf("without programs: %v", err)
	}
}

func TestAims(t *testing.T) {
	for name, test := range map[string]struct {
		ratios []float64
		aim    float64
		want   string
	}{
		"met":        {[]float64{1, 3.5, 9}, 3, "at least 3.00"},
		"missed":     {[]float64{1, 2, 9}, 3, "at least 3.00: missed"},
		"none":       {[]float64{2}, 0, ""},
		"no compare": {nil, 3, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (row{ratios: test.ratios, aim: test.aim}).cells("")[5]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
