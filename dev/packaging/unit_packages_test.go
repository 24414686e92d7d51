//go:build packages

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnitWithSystemd has systemd verify the unit and rate its exposure, from 0 to 10.
func TestUnitWithSystemd(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "mcp-server")
	command(t, "go", "-C", "../..", "build", "-o", program, "./cmd/mcp-server")
	file := filepath.Join(dir, unitName)
	// systemd checks that the program exists.
	text := strings.ReplaceAll(read(t, unitFile), "/usr/local/bin/mcp-server", program)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// An unknown key is only a warning, and the exit code 0.
	if out, err := exec.Command("systemd-analyze", "verify", "--man=no", file).CombinedOutput(); err != nil || strings.Contains(string(out), unitName) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := exec.Command("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=15", file).CombinedOutput(); err != nil {
		t.Errorf("the exposure is over 1.5: %v\n%s", err, out)
	}
}
