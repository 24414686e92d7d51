package lockfile

import (
	"fmt"
	"strings"

	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// shownProblems is how many problems of a file are told at once.
const shownProblems = 20

// ManifestError says what is wrong with a manifest, each problem with its place.
type ManifestError struct {
	File     string
	Problems []Problem
}

// Problem is one thing wrong in a file. Line and Column count from 1; 0 means
// that the problem has no place.
type Problem struct {
	Line, Column int
	Message      string
}

func (e *ManifestError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, p.in(e.File))
	}
	return strings.Join(lines, "\n")
}

func (p Problem) in(file string) string {
	switch {
	case p.Line > 0 && p.Column > 0:
		return fmt.Sprintf("%s:%d:%d: %s", file, p.Line, p.Column, p.Message)
	case p.Line > 0:
		return fmt.Sprintf("%s:%d: %s", file, p.Line, p.Message)
	}
	return fmt.Sprintf("%s: %s", file, p.Message)
}

// problems collects what is wrong with one file, so that a person mends all of
// it in one go.
type problems struct {
	file string
	list []Problem
}

func (p *problems) addf(line, column int, format string, args ...any) {
	if len(p.list) < shownProblems {
		p.list = append(p.list, Problem{line, column, sanitize.Line(fmt.Sprintf(format, args...), 500)})
	}
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &ManifestError{File: p.file, Problems: p.list}
}

// names remembers what was listed, to find what is listed twice.
type names map[string]int

func (n names) add(kind, name string, line, column int, problems *problems) {
	key := kind + ":" + strings.ToLower(name)
	if first, twice := n[key]; twice {
		problems.addf(line, column, "the %s %q is listed twice, first in line %d", kind, name, first)
		return
	}
	n[key] = line
}

// unknown words that a value is not allowed, what is, and what may be meant.
func unknown(kind, got string, allowed []string) string {
	text := "unknown " + kind + " \"" + got + "\""
	if near := match.Nearest(got, allowed); len(near) > 0 {
		text += ", do you mean \"" + near[0] + "\"?"
	}
	return text + " (allowed: " + strings.Join(allowed, ", ") + ")"
}
