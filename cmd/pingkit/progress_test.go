package main

import (
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8/decor"
)

func TestBarShowsPercentRateAndTimeLeft(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rate := pace(func() time.Time { return now })
	now = now.Add(2 * time.Second)
	for name, test := range map[string]struct {
		current, total int64
		percent, pace  string
	}{
		"nothing yet":   {0, 100, "0 %", ""},
		"a quarter":     {50_000, 200_000, "25 %", "25.0 kB/s, 6s left"},
		"complete":      {200_000, 200_000, "100 %", "100.0 kB/s"},
		"unknown total": {50_000, -1, "", "25.0 kB/s"},
	} {
		t.Run(name, func(t *testing.T) {
			s := decor.Statistics{Current: test.current, Total: test.total}
			if got := percent(s); got != test.percent {
				t.Errorf("percent is %q, want %q", got, test.percent)
			}
			if got := rate(s); got != test.pace {
				t.Errorf("pace is %q, want %q", got, test.pace)
			}
		})
	}
}
