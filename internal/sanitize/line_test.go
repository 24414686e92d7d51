package sanitize

import (
	"strings"
	"testing"
)

// TestLinesAreLines has texts that need no cleaning take the short way, and no
// others.
func TestLinesAreLines(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "a": true, "a b": true, "~!": true,
		" a": false, "a ": false, "a  b": false, " ": false, "a\tb": false, "a\nb": false, "a\x7f": false, "é": false, "a\u200b": false,
	} {
		if got := isLine(s); got != want {
			t.Errorf("isLine(%q) = %t", s, got)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{"ASCII": strings.Repeat("word ", 20) + "end", "other": strings.Repeat("wörd ", 20) + "end"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Line(s, 200)
			}
		})
	}
}
