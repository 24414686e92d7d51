//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// section is what one part of the benchmarks found.
type section struct {
	letter string
	title  string
	rows   []row
	notes  []string // how it was measured, and what the figures do not show
}

// row is one line of the table: a figure of pingkit and one of something else,
// both medians, and the ratio of each round.
type row struct {
	what         string
	ours, theirs string
	ratios       []float64 // empty: nothing to compare with
	aim          aim
}

// aim is what the ratio should be; the zero value is none.
type aim struct{ atMost, atLeast float64 }

func (a aim) String() string {
	switch {
	case a.atMost > 0:
		return fmt.Sprintf("at most %.2f", a.atMost)
	case a.atLeast > 0:
		return fmt.Sprintf("at least %.2f", a.atLeast)
	}
	return ""
}

func (a aim) met(ratio float64) bool {
	return (a.atMost == 0 || ratio <= a.atMost) && (a.atLeast == 0 || ratio >= a.atLeast)
}

var columns = []string{"", "what", "pingkit", "beside it", "ratio (lowest to highest)", "aim"}

func (r row) cells(letter string) []string {
	ratio, verdict := "", ""
	if len(r.ratios) > 0 {
		middle := median(r.ratios)
		ratio = fmt.Sprintf("%.2f", middle)
		if len(r.ratios) > 1 {
			ratio += fmt.Sprintf(" (%.2f to %.2f)", slices.Min(r.ratios), slices.Max(r.ratios))
		}
		if verdict = r.aim.String(); verdict != "" && !r.aim.met(middle) {
			verdict += ": missed"
		}
	}
	return []string{letter, r.what, r.ours, r.theirs, ratio, verdict}
}

func cells(sections []section) [][]string {
	all := [][]string{columns}
	for _, s := range sections {
		for _, r := range s.rows {
			all = append(all, r.cells(s.letter))
		}
	}
	return all
}

// printTable writes the table for a terminal.
func printTable(w io.Writer, sections []section) error {
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range cells(sections) {
		fmt.Fprintln(aligned, strings.Join(line, "\t"))
	}
	return aligned.Flush()
}

// markdown writes the whole document.
func markdown(m machine, sections []section) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n`make bench` measures pingkit beside what people use today, on one machine and in one run, and writes this file.\n" +
		"The two sides of a row take turns; each figure is the median of its rounds, each ratio the median of the rounds' own\n" +
		"ratios, pingkit's figure by the other one. Both programs are built with the flags of `make build`.\n\n")
	for _, fact := range m.facts() {
		fmt.Fprintf(&b, "- %s: %s\n", fact[0], fact[1])
	}
	if busy := m.busy(); busy != "" {
		b.WriteString("\n" + busy + "\n")
	}
	b.WriteString("\n")
	for i, line := range cells(sections) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(each(line, escaped), " | "))
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(line)) + "|\n")
		}
	}
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## (%s) %s\n\n", s.letter, s.title)
		for _, note := range s.notes {
			fmt.Fprintf(&b, "- %s\n", note)
		}
	}
	return b.String()
}

func escaped(cell string) string { return strings.ReplaceAll(cell, "|", `\|`) }
