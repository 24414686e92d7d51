package faulttable

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// between stands between the troubles of a row.
	between = " · "
	// unconcerned is the cell of a column that a trouble does not concern.
	unconcerned = "–"
	// A trouble that passes and the same one that lasts are written as one where
	// they have the same cells.
	once, lasting = ", once", ", lasting"
)

// row is troubles with the same cells.
type row struct {
	cells    string
	troubles []string
}

func (t *Table) markdown() string {
	var b strings.Builder
	var sections, idle []string
	kinds := map[string][]string{} // of trouble, by section
	for _, trouble := range t.troubles {
		section, kind, _ := strings.Cut(trouble, ": ")
		if kinds[section] == nil {
			sections = append(sections, section)
		}
		kinds[section] = append(kinds[section], kind)
	}
	for _, section := range sections {
		columns := slices.DeleteFunc(slices.Clone(t.columns), func(column string) bool {
			return !slices.ContainsFunc(kinds[section], func(kind string) bool { return t.cells[cell{section + ": " + kind, column}] != "" })
		})
		if len(columns) == 0 {
			idle = append(idle, section)
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| %s | troubles |\n|%s\n", section, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)+1))
		for _, r := range t.rows(section, kinds[section], columns) {
			fmt.Fprintf(&b, "| %s | %s |\n", r.cells, strings.Join(r.troubles, between))
		}
	}
	if len(idle) > 0 {
		fmt.Fprintf(&b, "\nNothing here meets the troubles of: %s.\n", strings.Join(idle, ", "))
	}
	return b.String()
}

// rows puts the troubles of a section that have the same cells into one row.
func (t *Table) rows(section string, kinds, columns []string) []*row {
	cells := func(kind string) string {
		list := make([]string, len(columns))
		for i, column := range columns {
			if list[i] = t.cells[cell{section + ": " + kind, column}]; list[i] == "" {
				list[i] = unconcerned
			}
		}
		return strings.Join(list, " | ")
	}
	alike := func(base string) bool { // once and for good
		return slices.Contains(kinds, base+once) && slices.Contains(kinds, base+lasting) && cells(base+once) == cells(base+lasting)
	}
	var rows []*row
	for _, kind := range kinds {
		label := kind
		if base, ok := strings.CutSuffix(kind, lasting); ok && alike(base) {
			continue // stands with the other
		}
		if base, ok := strings.CutSuffix(kind, once); ok && alike(base) {
			label = base
		}
		at := slices.IndexFunc(rows, func(r *row) bool { return r.cells == cells(kind) })
		if at < 0 {
			at = len(rows)
			rows = append(rows, &row{cells: cells(kind)})
		}
		rows[at].troubles = append(rows[at].troubles, label)
	}
	return rows
}

// parse reads what markdown wrote.
func (t *Table) parse(text string) (map[cell]string, error) {
	known := map[cell]string{}
	var section string
	var columns []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			section, columns = name, nil
			continue
		}
		inner, ok := strings.CutPrefix(line, "| ")
		if !ok || section == "" {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(inner, " |"), " | ")
		last := len(fields) - 1
		if columns == nil {
			columns = fields[:last]
			for _, column := range columns {
				if !slices.Contains(t.columns, column) {
					return nil, fmt.Errorf("%s: there is no column %q any more", section, column)
				}
			}
			continue
		}
		if last != len(columns) {
			return nil, fmt.Errorf("%s: a row of %d cells, and not %d: %s", section, last, len(columns), line)
		}
		for _, label := range strings.Split(fields[last], between) {
			troubles, err := t.named(section + ": " + label)
			if err != nil {
				return nil, err
			}
			for _, trouble := range troubles {
				for i, column := range columns {
					if fields[i] != unconcerned {
						known[cell{trouble, column}] = fields[i]
					}
				}
			}
		}
	}
	return known, nil
}

// named are the troubles that a row names.
func (t *Table) named(label string) ([]string, error) {
	if slices.Contains(t.troubles, label) {
		return []string{label}, nil
	}
	both := []string{label + once, label + lasting}
	for _, trouble := range both {
		if !slices.Contains(t.troubles, trouble) {
			return nil, fmt.Errorf("there is no trouble %q any more", label)
		}
	}
	return both, nil
}
