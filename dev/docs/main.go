// Command docs generates the parts of the documents that come from the programs: the transcript of the demo, the tools and the
// settings. Each part stands between two markers, <!-- NAME:begin --> and <!-- NAME:end -->. "make generate" runs it in dev/.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	transcript, err := demo()
	if err != nil {
		return fmt.Errorf("the demo: %w", err)
	}
	for _, part := range []struct{ file, name, text string }{
		{"README.md", "demo", fenced(excerpt(transcript))},
		{"README.md", "tools", tools.Markdown()},
		{"docs/demo.md", "demo", fenced(transcript)},
		{"docs/settings.md", "settings", config.Markdown()},
	} {
		if err := update(filepath.Join(root, part.file), part.name, part.text); err != nil {
			return err
		}
	}
	return nil
}

// update replaces one part of a document, and leaves a document alone that says the same already.
func update(file, name, text string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	updated, err := replace(string(content), name, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if updated == string(content) {
		return nil
	}
	return os.WriteFile(file, []byte(updated), 0o644)
}

// replace puts text between the markers of a part.
func replace(document, name, text string) (string, error) {
	begin, end := "<!-- "+name+":begin -->", "<!-- "+name+":end -->"
	before, rest, found := strings.Cut(document, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the markers %s and %s are missing", begin, end)
	}
	return before + begin + "\n" + strings.TrimSpace(text) + "\n" + end + after, nil
}

func fenced(text string) string { return "```\n" + text + "\n```" }
