//go:build faults

package main

import (
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/sandbox/chaos"
	"example.com/pingkit/internal/testutil/faulttable"
)

// faultsFile is the table of what comes of each trouble.
var faultsFile = filepath.Join("testdata", "faults.md")

const faultsIntroduction = `# What each trouble does to each tool

Made by ` + "`go test ./cmd/mcp-server -run TestFaultMatrix -update`" + `, and compared by every run of it: a cell that changes is a
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

A row holds all troubles that have the same cells. Without "once" or "lasting" it is both; "–" is a tool that the trouble does not
concern.
`

// newFaultTable has a column for each call and a row for each trouble.
func newFaultTable(calls []faultCall) *faulttable.Table {
	var columns, troubles []string
	for _, c := range calls {
		columns = append(columns, c.name)
	}
	for _, trouble := range chaos.Scenarios() {
		troubles = append(troubles, trouble.Name)
	}
	return faulttable.New(columns, troubles)
}

// checkFaults compares the cells that were tried with the file, or writes it.
func checkFaults(t *testing.T, table *faulttable.Table) {
	t.Helper()
	if *updateFaults {
		if t.Failed() {
			t.Fatal("some cells have no outcome: the table was not written")
		}
		if err := table.Write(faultsFile, faultsIntroduction); err != nil {
			t.Fatal(err)
		}
		return
	}
	differences, err := table.Differences(faultsFile, everyFault() && !t.Failed())
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range differences {
		t.Error(difference)
	}
}
