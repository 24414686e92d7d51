//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain lets the test binary be the simulated PingOne, as the program itself
// can.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == upstreamRole {
		exit(serveUpstream(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// TestPartsAlone measures as little as possible of what needs no programs of
// others.
func TestPartsAlone(t *testing.T) {
	var printed bytes.Buffer
	if err := run(t.Context(), smallest, programs(t), "a,d,e", "", &printed); err != nil {
		t.Fatal(err)
	}
	checkTable(t, printed.String(), "a", "d", "e")
}

// programs builds what is measured, and returns its folder.
func programs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", dir, "example.com/pingkit/cmd/mcp-server", "example.com/pingkit/cmd/pingkit", "example.com/pingkit/dev/bench/bare")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

func checkTable(t *testing.T, table string, letters ...string) {
	t.Helper()
	for _, letter := range letters {
		if !strings.Contains(table, "\n"+letter+"  ") {
			t.Errorf("part %s is not in the table", letter)
		}
	}
	for _, none := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(table, none) {
			t.Errorf("%s is in the table", none)
		}
	}
	if t.Failed() {
		t.Log("\n" + table)
	}
}

func TestChoose(t *testing.T) {
	for letters, want := range map[string]string{"": "abcde", "a": "a", "c,a": "ac", "e": "e", "x": "", "a,x": "", ",": ""} {
		chosen, err := choose(letters)
		if got := strings.Join(each(chosen, func(p part) string { return p.letter }), ""); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", letters, got, err)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := []float64{median([]float64{3, 1, 2}), median([]float64{4, 1, 3, 2}), quantile([]float64{1, 2, 3, 4}, 0.99), median[float64](nil)}; got[0] != 2 || got[1] != 3 || got[2] != 4 || got[3] != 0 {
		t.Errorf("%v", got)
	}
}

func TestAims(t *testing.T) {
	for _, test := range []struct {
		aim   aim
		ratio float64
		want  string
	}{
		{aim{atMost: 1.3}, 1.2, "at most 1.30"},
		{aim{atMost: 1.3}, 1.4, "at most 1.30: missed"},
		{aim{atLeast: 3}, 3.5, "at least 3.00"},
		{aim{atLeast: 3}, 2, "at least 3.00: missed"},
		{aim{}, 2, ""},
	} {
		if got := (row{ratios: []float64{test.ratio}, aim: test.aim}).cells("")[5]; got != test.want {
			t.Errorf("%+v with %v: %q", test.aim, test.ratio, got)
		}
	}
}
