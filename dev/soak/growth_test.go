package main

import (
	"strings"
	"testing"
	"time"
)

// course is a run of ten minutes in which a figure goes by a function of the
// minute, with the ups and downs of an honest one.
func course(at func(minute float64) float64) []sample {
	var samples []sample
	for i := range 200 {
		minute := float64(i) / 20
		value := at(minute) + []float64{0, 3, -2, 5, -4}[i%5]
		f := figures{resident: 40, held: 30, descriptors: 30, sessions: 15, goroutines: value}
		samples = append(samples, sample{at: time.Duration(minute * float64(time.Minute)), http: f, stdio: []figures{f}})
	}
	return samples
}

func TestGrowth(t *testing.T) {
	for name, test := range map[string]struct {
		goroutines func(minute float64) float64
		grows      bool
	}{
		"level":                         {func(float64) float64 { return 60 }, false},
		"high at first":                 {func(m float64) float64 { return 60 + 200/(1+5*m) }, false},
		"up and down":                   {func(m float64) float64 { return 60 + 30*float64(int(m)%2) }, false},
		"one in a thousand calls stays": {func(m float64) float64 { return 60 + 3*m }, false},
		"one in a hundred calls stays":  {func(m float64) float64 { return 60 + 30*m }, true},
		"one for each session stays":    {func(m float64) float64 { return 60 + 60*m }, true},
	} {
		lines, grown, err := growth(course(test.goroutines), gauges([]string{"stdio"}))
		if err != nil || len(lines) != 7 {
			t.Errorf("%s: %q, %v", name, lines, err)
		}
		if (len(grown) > 0) != test.grows || test.grows && !strings.HasPrefix(grown[0], "goroutines grew from ") {
			t.Errorf("%s: %q", name, grown)
		}
	}
	if _, _, err := growth(course(func(float64) float64 { return 1 })[:20], nil); err == nil {
		t.Error("20 samples suffice")
	}
}

func TestReadMetrics(t *testing.T) {
	metrics, lines, err := readMetrics(strings.NewReader("# HELP x y\n# TYPE x gauge\nx 3\nrunning{tool=\"a b\"} 1\nrunning{tool=\"c\"} 2.5\n"))
	if err != nil || metrics["x"] != 3 || metrics["running"] != 3.5 || len(lines["running"]) != 2 {
		t.Errorf("%v, %v, %v", metrics, lines, err)
	}
	if _, _, err := readMetrics(strings.NewReader("x three\n")); err == nil {
		t.Error("a word is a number")
	}
}

func TestFaultsInTheLog(t *testing.T) {
	l := &log{}
	for _, part := range []string{"all is well\nlevel=ERROR msg=pa", "nic in=download\n", strings.Repeat("x", 3*logKept), "\nfatal error: all goroutines are asleep\n"} {
		if n, err := l.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if told := l.told(); len(told) != 2 || !strings.Contains(told[0], "panic in=download") {
		t.Errorf("%q", told)
	}
	if len(l.String()) > logKept {
		t.Errorf("%d bytes were kept", len(l.String()))
	}
}
