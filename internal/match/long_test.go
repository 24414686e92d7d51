package match_test

import (
	"strings"
	"testing"

	"example.com/pingkit/internal/match"
)

// What is looked for may be a megabyte of anything. It is near nothing, and an
// error repeats a line of it.
func TestLongNamesAreNotRepeated(t *testing.T) {
	long := strings.Repeat("Payroll ", 100_000) + "\x1b"
	list := make([]string, 20_000)
	for i := range list {
		list[i] = "Payroll " + strings.Repeat("x", i%100)
	}
	if near := match.Nearest(long, list); len(near) > 0 {
		t.Errorf("near a long name are %d", len(near))
	}
	_, err := match.One("application", long, list, func(s string) match.Names { return match.Names{Name: s} })
	if err == nil || len(err.Error()) > 300 || !strings.Contains(err.Error(), `"Payroll Payroll`) {
		t.Errorf("the error is %.400v", err)
	}
}
