package tokens

import "testing"

// TestCount has the figures of OpenAI's cookbook, "How to count tokens with
// tiktoken", for o200k_base.
func TestCount(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "antidisestablishmentarianism": 6, "2 + 2 = 4": 7, "お誕生日おめでとう": 8,
	} {
		if got := Count(text); got != want {
			t.Errorf("%q has %d tokens, want %d", text, got, want)
		}
	}
}
