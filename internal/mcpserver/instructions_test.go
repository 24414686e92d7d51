package mcpserver

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/pingkit/internal/tools"
)

func TestInstructions(t *testing.T) {
	known := map[string]bool{}
	for _, tool := range tools.All() {
		known[tool.Name] = true
	}
	name := regexp.MustCompile(`[a-z]+_[a-z_]+`)
	for i := range 16 {
		d := &tools.Deps{HasPingOne: i&1 != 0, HasPingCentral: i&2 != 0, ReadOnly: i&4 != 0}
		if i&8 != 0 {
			d.PromoteTo = strings.Split(strings.Repeat("Some environment,", 50), ",")
		}
		t.Run(fmt.Sprintf("%+v", i), func(t *testing.T) {
			text := instructions(d)
			if n := utf8.RuneCountInString(text); n > InstructionsLimit {
				t.Errorf("%d characters, want at most %d:\n%s", n, InstructionsLimit, text)
			}
			for _, word := range name.FindAllString(text, -1) {
				if !known[word] && word != "confirmation_required" {
					t.Errorf("they name %s, which is no tool", word)
				}
			}
			if strings.Contains(text, "PingOne is not set up") == d.HasPingOne ||
				strings.Contains(text, "PingCentral is not set up") == d.HasPingCentral {
				t.Errorf("they are wrong about what is set up:\n%s", text)
			}
			if strings.Contains(text, "only after the user's approval") != (d.HasPingCentral && !d.ReadOnly) {
				t.Errorf("they are wrong about writing:\n%s", text)
			}
		})
	}
}
