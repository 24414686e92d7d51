package faulttable

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	columns  = []string{"pull", "lock", "app get"}
	troubles = []string{"token: 503, once", "token: 503, lasting", "token: slow", "asset: 404, once", "asset: 404, lasting", "page: nobody asks, once"}
)

func filled() *Table {
	t := New(columns, troubles)
	for _, column := range columns[:2] {
		t.Set("token: 503, once", column, "ok")
		t.Set("token: 503, lasting", column, "try again")
		t.Set("token: slow", column, "ok")
	}
	t.Set("asset: 404, once", "lock", "not found")
	t.Set("asset: 404, lasting", "lock", "not found")
	return t
}

const want = `# What comes of it

## token

| pull | lock | troubles |
|---|---|---|
| ok | ok | 503, once · slow |
| try again | try again | 503, lasting |

## asset

| lock | troubles |
|---|---|
| not found | 404 |

Nothing here meets the troubles of: page.
`

func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.md")
	if err := filled().Write(file, "# What comes of it\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("it wrote\n%s\nwant\n%s", got, want)
	}
}

func TestDifferences(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.md")
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
	table := filled()
	if got, err := table.Differences(file, true); err != nil || len(got) > 0 {
		t.Errorf("what was written differs: %q, %v", got, err)
	}
	table.Set("token: slow", "pull", "retried")
	table.Set("asset: 404, lasting", "lock", "ok")
	table.Set("page: nobody asks, once", "app get", "ok")
	got, err := table.Differences(file, true)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{
		`asset: 404, lasting, lock: "ok", and the table has "not found"`,
		`page: nobody asks, once, app get: "ok", and the table has ""`,
		`token: slow, pull: "retried", and the table has "ok"`,
	}; !slices.Equal(got, want) {
		t.Errorf("the differences are %q, want %q", got, want)
	}

	some := New(columns, troubles)
	some.Set("token: 503, once", "lock", "ok")
	for all, want := range map[bool]int{false: 0, true: 7} {
		if got, err := some.Differences(file, all); err != nil || len(got) != want {
			t.Errorf("of one cell, all %v, the differences are %q, %v", all, got, err)
		}
	}
}

// TestStaleFile refuses a file with a trouble or a column that is gone, or with
// a row that lacks a cell.
func TestStaleFile(t *testing.T) {
	for name, change := range map[string][2]string{
		"trouble": {"· slow", "· late"},
		"column":  {"| pull | lock | troubles |", "| pull | sync | troubles |"},
		"cell":    {"| try again | try again |", "| try again |"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(want, change[0], change[1], 1)
			if text == want {
				t.Fatal("nothing was changed")
			}
			file := filepath.Join(t.TempDir(), "faults.md")
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if got, err := filled().Differences(file, false); err == nil {
				t.Errorf("it was read, with the differences %q", got)
			}
		})
	}
}
