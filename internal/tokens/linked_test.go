package tokens

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNotInThePrograms keeps the tokenizer's vocabulary out of what users run.
func TestNotInThePrograms(t *testing.T) {
	list, err := exec.Command("go", "list", "-deps", "pingkit/cmd/mcp-server", "pingkit/cmd/pingkit").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := string(list)
	if !strings.Contains(linked, "pingkit/internal/tools\n") {
		t.Fatalf("the list is incomplete:\n%s", linked)
	}
	for _, foreign := range []string{"pingkit/internal/tokens", "tiktoken"} {
		if strings.Contains(linked, foreign) {
			t.Errorf("a program has %s in it", foreign)
		}
	}
}
