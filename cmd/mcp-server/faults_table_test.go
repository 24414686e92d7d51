package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pingkit/internal/sandbox"
)

// faultsFile is the table of what comes of each trouble.
var faultsFile = filepath.Join("testdata", "faults.md")

const faultsIntroduction = `# What each trouble does to each tool

Made by ` + "`go test ./cmd/mcp-server -run TestFaults -update`" + `, and compared by every run of it: a cell that changes is a
change of what users meet. The troubles are those of ` + "`sandbox.Troubles`" + `. The columns are tools; one that is "planned" meets the
trouble between its plan and the call that confirms it.

| word | meaning |
|---|---|
| ok | the right result, at once |
| retried | the right result, after requests that were repeated |
| …, differs | a result that differs from the untroubled one |
| part: … | the result of one system, and the other one's error |
| promoted, reverted | it was done, and PingCentral's state shows it |
| …, unseen | it was done, and the answer says that PingCentral does not show it yet |
| …, it says | PingCentral itself says so, against its state |
| …, by others | somebody else did it at the same moment, and nothing tells the two apart |
| unknown | it was sent once, and nothing shows what came of it |
| asks again | what was approved is not what would be done now: nothing was sent |
| anything else | an error: what happened, and the advice it gives |

A row holds all troubles that have the same cells. Without "once" or "lasting" it is both.
`

// separator stands between the troubles of a row.
const separator = " · "

// faultTable is what came of the cells, by trouble and call.
type faultTable struct {
	columns []string
	mu      sync.Mutex
	cells   map[string]map[string]string
}

func newFaultTable(calls []faultCall) *faultTable {
	f := &faultTable{cells: map[string]map[string]string{}}
	for _, c := range calls {
		f.columns = append(f.columns, c.name)
	}
	return f
}

func (f *faultTable) add(trouble, column, outcome string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cells[trouble] == nil {
		f.cells[trouble] = map[string]string{}
	}
	f.cells[trouble][column] = outcome
}

// check compares the cells that were tried with the file, or writes it.
func (f *faultTable) check(t *testing.T) {
	t.Helper()
	if *updateFaults {
		if err := os.WriteFile(faultsFile, []byte(f.render()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(faultsFile)
	if err != nil {
		t.Fatal(err)
	}
	want := readFaultTable(string(text))
	for _, trouble := range sandbox.Troubles() {
		for column, got := range f.cells[trouble.Name] {
			if known := want[trouble.Name][column]; known != got {
				t.Errorf("%s, %s: %q, and the table has %q", trouble.Name, column, got, known)
			}
		}
	}
	if everyFault() && !t.Failed() && f.render() != string(text) {
		t.Errorf("%s has rows or columns that are gone; make it anew with -update", faultsFile)
	}
}

// faultRow is a row of a section: troubles with the same cells.
type faultRow struct {
	troubles []string
	cells    string
}

// render is the table as the file has it.
func (f *faultTable) render() string {
	var b strings.Builder
	b.WriteString(faultsIntroduction)
	var sections, idle []string
	kinds := map[string][]string{} // of a section, in order
	for _, trouble := range sandbox.Troubles() {
		section, kind, _ := strings.Cut(trouble.Name, ": ")
		if !slices.Contains(sections, section) {
			sections = append(sections, section)
		}
		kinds[section] = append(kinds[section], kind)
	}
	for _, section := range sections {
		columns := slices.DeleteFunc(slices.Clone(f.columns), func(column string) bool {
			return !slices.ContainsFunc(kinds[section], func(kind string) bool { return f.cells[section+": "+kind][column] != "" })
		})
		if len(columns) == 0 {
			idle = append(idle, section)
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| %s | troubles |\n|%s\n", section, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)+1))
		for _, row := range f.rows(section, kinds[section], columns) {
			fmt.Fprintf(&b, "| %s | %s |\n", row.cells, strings.Join(row.troubles, separator))
		}
	}
	fmt.Fprintf(&b, "\nNo tool meets the troubles of: %s.\n", strings.Join(idle, ", "))
	return b.String()
}

// rows puts the troubles of a section that have the same cells into one row.
func (f *faultTable) rows(section string, kinds, columns []string) []*faultRow {
	cells := func(kind string) string {
		var list []string
		for _, column := range columns {
			list = append(list, f.cells[section+": "+kind][column])
		}
		return strings.Join(list, " | ")
	}
	var rows []*faultRow
	put := func(label, cells string) {
		at := slices.IndexFunc(rows, func(r *faultRow) bool { return r.cells == cells })
		if at < 0 {
			at = len(rows)
			rows = append(rows, &faultRow{cells: cells})
		}
		rows[at].troubles = append(rows[at].troubles, label)
	}
	for _, kind := range kinds {
		if base, lasting := strings.CutSuffix(kind, ", lasting"); lasting && slices.Contains(kinds, base+", once") && cells(kind) == cells(base+", once") {
			continue // stands with the other
		}
		if base, once := strings.CutSuffix(kind, ", once"); once && slices.Contains(kinds, base+", lasting") && cells(kind) == cells(base+", lasting") {
			put(base, cells(kind))
			continue
		}
		put(kind, cells(kind))
	}
	return rows
}

// readFaultTable reads what render wrote.
func readFaultTable(text string) map[string]map[string]string {
	table := map[string]map[string]string{}
	var section string
	var columns []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			section, columns = name, nil
			continue
		}
		if section == "" || !strings.HasPrefix(line, "| ") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		last := len(fields) - 1
		if columns == nil {
			columns = fields[:last]
			continue
		}
		cells := map[string]string{}
		for n, column := range columns {
			cells[column] = strings.TrimSpace(fields[n])
		}
		for _, kind := range strings.Split(fields[last], separator) {
			for _, often := range []string{"", ", once", ", lasting"} {
				table[section+": "+kind+often] = cells
			}
		}
	}
	return table
}
