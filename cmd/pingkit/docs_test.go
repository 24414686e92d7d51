package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command line in the documentation is one that pingkit understands.
func TestCommandLinesInDocuments(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	documents = append(documents, filepath.Join("..", "..", "README.md"))
	found := 0
	for _, document := range documents {
		data, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "\\\n", " ")
		inCode := false
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				inCode = !inCode
			}
			if !inCode {
				continue
			}
			line = strings.TrimPrefix(strings.TrimSpace(line), "bin/")
			if strings.HasPrefix(line, "pingkit ") {
				found++
				line, _, _ = strings.Cut(line, " # ")
				understood(t, document, line)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d command lines were found", found)
	}
}

// Every command line in the examples of the help, too.
func TestCommandLinesInHelp(t *testing.T) {
	for _, cmd := range everyCommand() {
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   ") // a remark stands apart
			line, _, _ = strings.Cut(line, " || ")
			understood(t, cmd.CommandPath(), line)
		}
	}
}

func understood(t *testing.T, where, line string) {
	t.Helper()
	args := shellWords(line)[1:]
	root := newCLI(os.Stdin, os.Stdout, os.Stderr).rootCommand()
	cmd, rest, err := root.Find(args)
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err == nil {
		err = cmd.ValidateArgs(cmd.Flags().Args())
	}
	if err != nil {
		t.Errorf("%s: %s: %v", where, line, err)
	}
}

// shellWords splits a command line as a shell does, as far as documents need it.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	inWord := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, inWord = r, true
		case quote == 0 && (r == ' ' || r == '\n'):
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
