package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// outcomes are the words of the matrix by trouble and column. As a document they
// are a table for each operation, in which troubles that end alike share a row.
type outcomes map[[2]string]string

const (
	outcomesHeading = `# What becomes of each command in each trouble

Made by ` + "`go test ./cmd/pingkit -run TestFaultMatrix -update`" + `, which tries all of it, and compared by every run of the
tests with the part that it tries. A cell is the exit code, its word, and what a write says has become of it.
`
	otherwise = "–" // the trouble does not concern the command
	joint     = "<br>"
)

// document writes the table; columns and troubles stand in the order of the names.
func (o outcomes) document(columns, troubles []string) string {
	var b strings.Builder
	b.WriteString(outcomesHeading)
	sections := map[string][]string{}
	var order []string
	for _, trouble := range troubles {
		section, _, _ := strings.Cut(trouble, ": ")
		if sections[section] == nil {
			order = append(order, section)
		}
		sections[section] = append(sections[section], trouble)
	}
	for _, section := range order {
		concerned := slices.DeleteFunc(slices.Clone(columns), func(column string) bool {
			return !slices.ContainsFunc(sections[section], func(trouble string) bool { return o[[2]string{trouble, column}] != "" })
		})
		if len(concerned) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| trouble | %s |\n|---|%s\n", section, strings.Join(concerned, " | "), strings.Repeat("---|", len(concerned)))
		rows := map[string][]string{}
		var ends []string
		for _, trouble := range sections[section] {
			cells := make([]string, len(concerned))
			for i, column := range concerned {
				if cells[i] = o[[2]string{trouble, column}]; cells[i] == "" {
					cells[i] = otherwise
				}
			}
			end := strings.Join(cells, " | ")
			if rows[end] == nil {
				ends = append(ends, end)
			}
			_, name, _ := strings.Cut(trouble, ": ")
			rows[end] = append(rows[end], name)
		}
		for _, end := range ends {
			fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(rows[end], joint), end)
		}
	}
	return b.String()
}

// parseOutcomes reads what document wrote.
func parseOutcomes(text string) (outcomes, error) {
	o := outcomes{}
	var section string
	var columns []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			section, columns = name, nil
			continue
		}
		inner, ok := strings.CutPrefix(line, "| ")
		if !ok {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(inner, " |"), " | ")
		if columns == nil {
			columns = cells[1:]
			continue
		}
		if len(cells) != len(columns)+1 {
			return nil, fmt.Errorf("a row of %q has %d cells and not %d: %s", section, len(cells), len(columns)+1, line)
		}
		for _, name := range strings.Split(cells[0], joint) {
			for i, column := range columns {
				if cells[i+1] != otherwise {
					o[[2]string{section + ": " + name, column}] = cells[i+1]
				}
			}
		}
	}
	return o, nil
}

// differences lists the cells of o that the golden table has otherwise.
func (o outcomes) differences(golden outcomes) []string {
	var list []string
	for _, key := range slices.SortedFunc(maps.Keys(o), func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }) {
		if got, want := o[key], golden[key]; got != want {
			list = append(list, fmt.Sprintf("%s, %s: %q; the table has %q", key[0], key[1], got, want))
		}
	}
	return list
}
