// Package faulttable keeps in a file what comes of each trouble for each tool or
// command: tables in Markdown that a person can read and a test compares with.
package faulttable

import (
	"fmt"
	"os"
	"slices"
	"sync"
)

// Table is what came of the cells that were tried. Many goroutines may fill it at
// once.
type Table struct {
	columns, troubles []string

	mu    sync.Mutex
	cells map[cell]string
}

type cell struct{ trouble, column string }

// New returns an empty table. Its file has columns and troubles in this order,
// and a section for what stands before the colon in the names of troubles.
func New(columns, troubles []string) *Table {
	return &Table{columns: columns, troubles: troubles, cells: map[cell]string{}}
}

// Set keeps what came of a trouble.
func (t *Table) Set(trouble, column, outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cells[cell{trouble, column}] = outcome
}

// Len is how many cells were set.
func (t *Table) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.cells)
}

// Write makes the file anew, with an introduction above the tables.
func (t *Table) Write(file, introduction string) error {
	return os.WriteFile(file, []byte(introduction+t.markdown()), 0o644)
}

// Differences lists the cells that the file has otherwise; where all were tried,
// also those that only the file has. A file with troubles or columns that there
// are not is an error.
func (t *Table) Differences(file string, all bool) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known, err := t.parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var list []string
	for c, got := range t.cells {
		if want := known[c]; got != want {
			list = append(list, fmt.Sprintf("%s, %s: %q, and the table has %q", c.trouble, c.column, got, want))
		}
	}
	if all {
		for c, want := range known {
			if t.cells[c] == "" {
				list = append(list, fmt.Sprintf("%s, %s: not concerned, and the table has %q", c.trouble, c.column, want))
			}
		}
	}
	slices.Sort(list)
	return list, nil
}
