package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestShortSoak is the whole soak for a few seconds, but for growth, which takes
// minutes to see.
func TestShortSoak(t *testing.T) {
	bin := t.TempDir() + "/"
	build := exec.CommandContext(t.Context(), "go", "-C", "../..", "build", "-o", bin, "./cmd/mcp-server", "./cmd/pingkit")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var out strings.Builder
	err := run(t.Context(), options{
		server: filepath.Join(bin, "mcp-server"), pingkit: filepath.Join(bin, "pingkit"),
		length: 6 * time.Second, rate: 40, every: time.Second / 2, rough: time.Second / 2, calm: 3 * time.Second, spells: 5,
		reset: 2 * time.Second, rest: time.Minute, seed: 1,
	}, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{"writes, user: promoted", "writes, plan: promoted", "downloads", "pingkit sync: exit 0", "sessions abandoned", "troubles"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, &out)
		}
	}
}
