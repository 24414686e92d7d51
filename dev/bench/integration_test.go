//go:build linux && integration

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIntegrationAll measures as little as possible of everything, with curl,
// sha256sum and unzip, and looks at the document.
func TestIntegrationAll(t *testing.T) {
	document := filepath.Join(t.TempDir(), "benchmarks.md")
	var printed bytes.Buffer
	if err := run(t.Context(), smallest, programs(t), "", document, &printed); err != nil {
		t.Fatal(err)
	}
	checkTable(t, printed.String(), "a", "b", "c", "d", "e")
	read, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	written := string(read)
	for _, p := range parts {
		if !strings.Contains(written, "\n| "+p.letter+" |") || !strings.Contains(written, "\n## ("+p.letter+") ") {
			t.Errorf("part %s is not in\n%s", p.letter, written)
		}
	}
	for _, fact := range []string{"processor: ", "Go: go", "commit: ", "programs: curl ", "date: 20"} {
		if !strings.Contains(written, fact) {
			t.Errorf("%q is not in\n%s", fact, written)
		}
	}
}
