// Command docs writes anew the parts of the README that are taken from the
// programs: the transcript of the demo, the tools and the settings. It runs in
// this module, as part of `make generate`.
package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

const readme = "../README.md"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run() error {
	content, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	transcript, err := demo()
	if err != nil {
		return fmt.Errorf("the demo: %w", err)
	}
	refreshed := string(content)
	for _, part := range []struct{ name, text string }{
		{"demo", "```\n" + transcript + "\n```"},
		{"tools", tools.Markdown()},
		{"settings", config.Markdown()},
	} {
		if refreshed, err = replace(refreshed, part.name, part.text); err != nil {
			return err
		}
	}
	if refreshed == string(content) {
		return nil
	}
	return os.WriteFile(readme, []byte(refreshed), 0o644)
}

// replace puts text between the part's markers, <!-- NAME:begin --> and
// <!-- NAME:end -->.
func replace(document, name, text string) (string, error) {
	begin, end := "<!-- "+name+":begin -->", "<!-- "+name+":end -->"
	before, rest, found := strings.Cut(document, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("%s lacks the markers %s and %s", readme, begin, end)
	}
	return before + begin + "\n" + strings.TrimSpace(text) + "\n" + end + after, nil
}
