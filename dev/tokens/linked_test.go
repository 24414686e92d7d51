package tokens

import (
	"os/exec"
	"strings"
	"testing"
)

// TestLinkedPackages keeps out of each program what its users do not run.
func TestLinkedPackages(t *testing.T) {
	for program, foreign := range map[string][]string{
		"mcp-server": {"example.com/pingkit/dev/", "tiktoken", "\ntesting\n"},
		"pingkit":    {"example.com/pingkit/dev/", "tiktoken", "\ntesting\n", "go.opentelemetry.io/otel/", "prometheus", "google.golang.org/grpc"},
	} {
		t.Run(program, func(t *testing.T) {
			list, err := exec.Command("go", "-C", "../..", "list", "-deps", "example.com/pingkit/cmd/"+program).Output()
			if err != nil {
				t.Fatal(err)
			}
			linked := string(list)
			if !strings.Contains(linked, "example.com/pingkit/internal/app\n") {
				t.Fatalf("the list is incomplete:\n%s", linked)
			}
			for _, name := range foreign {
				if strings.Contains(linked, name) {
					t.Errorf("%s links %q", program, name)
				}
			}
		})
	}
}
