package lockfile_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The packages that read locks and install them cannot open a connection, because they
// do not link the code for it.
func TestFormatsAndInstallLinkNoNetwork(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".", "../install").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "example.com/pingkit/internal/kitzip") {
		t.Fatalf("go list does not name the dependencies: %q", deps)
	}
	for _, forbidden := range []string{"net", "net/http", "example.com/pingkit/connect", "example.com/pingkit/internal/catalog", "example.com/pingkit/internal/download"} {
		if slices.Contains(deps, forbidden) {
			t.Errorf("lockfile or install depends on %s", forbidden)
		}
	}
}
