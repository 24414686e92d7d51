package tokens

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNotInThePrograms keeps the tokenizer's vocabulary, and what tests alone
// need, out of what users run.
func TestNotInThePrograms(t *testing.T) {
	list, err := exec.Command("go", "-C", "../..", "list", "-deps", "example.com/pingkit/cmd/mcp-server", "example.com/pingkit/cmd/pingkit").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := string(list)
	if !strings.Contains(linked, "example.com/pingkit/internal/tools\n") {
		t.Fatalf("the list is incomplete:\n%s", linked)
	}
	for _, foreign := range []string{"example.com/pingkit/dev/tokens", "tiktoken", "\ntesting\n"} {
		if strings.Contains(linked, foreign) {
			t.Errorf("a program has %q in it", foreign)
		}
	}
}
