package main

import (
	"bytes"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
)

// A dry run completes nothing, and does not say that it did.
func TestSyncTellsOfAnInterruptedOne(t *testing.T) {
	for dryRun, want := range map[bool]string{
		false: "an interrupted sync was found and completed\n",
		true:  "an interrupted sync was found; the next sync completes it\n",
	} {
		var out bytes.Buffer
		result := &syncResult{Report: install.Report{Target: "t", DryRun: dryRun, Recovered: true}}
		result.text(&textWriter{&out})
		if !strings.HasPrefix(out.String(), want) {
			t.Errorf("dry run %v: %q; want %q", dryRun, out.String(), want)
		}
	}
}
