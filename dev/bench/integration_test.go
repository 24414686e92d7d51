//go:build integration

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIntegrationDocument measures every part, with curl, sha256sum and unzip, and reads the document.
func TestIntegrationDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	measure(t, "", file)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document := string(content)
	for _, p := range parts {
		if !strings.Contains(document, "\n| "+p.letter+" |") || !strings.Contains(document, "\n## ("+p.letter+") ") {
			t.Errorf("part %s is missing", p.letter)
		}
	}
	for _, fact := range []string{"processor: ", "Go: go", "commit: ", "programs: curl ", "date: 20", `curl \| tee FILE`, "shell loop", "lock and sync, cold"} {
		if !strings.Contains(document, fact) {
			t.Errorf("%q is missing", fact)
		}
	}
	if t.Failed() {
		t.Log(document)
	}
}
