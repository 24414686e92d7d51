package main

import (
	"fmt"
	"os"
	"strings"

	"pingkit/internal/config"
	"pingkit/internal/tools"
)

// refreshReadme writes anew what stands between the markers of each generated
// part, such as <!-- tools:begin --> and <!-- tools:end -->.
func refreshReadme(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	refreshed := string(content)
	for _, part := range []struct{ name, text string }{
		{"tools", tools.Markdown()},
		{"settings", config.Markdown()},
	} {
		begin, end := "<!-- "+part.name+":begin -->", "<!-- "+part.name+":end -->"
		before, rest, found := strings.Cut(refreshed, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			return fmt.Errorf("%s lacks the markers %s and %s", path, begin, end)
		}
		refreshed = before + begin + "\n" + strings.TrimSpace(part.text) + "\n" + end + after
	}
	if refreshed == string(content) {
		return nil
	}
	return os.WriteFile(path, []byte(refreshed), 0o644)
}
