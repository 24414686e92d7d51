//go:build faults

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
	"example.com/pingkit/internal/testutil/faulttable"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

var (
	updateFaults = flag.Bool("update", false, "write the table of the faults anew, from all its cells")
	allFaults    = flag.Bool("faults", false, "try every tool in every trouble, not some of them")
)

func everyFault() bool { return *updateFaults || *allFaults }

// The matrix tries so many cells at a time: most of them wait.
const faultWorkers = 64

// faultCell is one call under one trouble.
type faultCell struct {
	call    int // of faultCalls
	trouble chaos.FaultScenario
}

// byToken reports that the trouble shows only where the server logs in to
// PingCentral with client credentials.
func (c faultCell) byToken() bool {
	return c.trouble.Operation == "centralToken" || strings.Contains(c.trouble.Name, "token revoked")
}

// alone reports that the cell needs systems and a server of its own: options
// hold from the start, and a token of PingCentral is asked for once.
func (c faultCell) alone() bool {
	return c.trouble.Options != nil || c.trouble.Operation == "centralToken"
}

// TestFaultMatrix calls every tool under every trouble of the systems that can befall
// it, and compares what comes of it with the table in testdata.
func TestFaultMatrix(t *testing.T) {
	calls := faultCalls()
	before := newLevels(t)
	table := newFaultTable(calls)
	t.Run("cells", func(t *testing.T) {
		bases := faultBases(t, calls)
		queue := make(chan faultCell)
		var workers sync.WaitGroup
		for n := range faultWorkers {
			workers.Go(func() {
				t.Run(fmt.Sprint("worker ", n), func(t *testing.T) { faultWorker(t, queue, calls, bases, table) })
			})
		}
		for _, cell := range cellsOf(calls, bases) {
			queue <- cell
		}
		close(queue)
		workers.Wait()
	})
	before.compare(t)
	checkFaults(t, table)
}

// faultBases makes each call without any trouble.
func faultBases(t *testing.T, calls []faultCall) []faultBase {
	t.Helper()
	h := serveHere(t, newSandbox(t), false)
	var bases []faultBase
	for _, call := range calls {
		bases = append(bases, call.base(t, h))
	}
	return bases
}

// cellsOf lists what is to be tried: all cells, or for each trouble (one in some,
// where the race detector is on) one call of each kind of tool. Those that wait longest come first.
func cellsOf(calls []faultCall, bases []faultBase) []faultCell {
	var cells []faultCell
	for n, trouble := range chaos.Scenarios() {
		if !everyFault() && n%oneIn != 0 {
			continue
		}
		ofKind := map[string][]faultCell{}
		for c, call := range calls {
			if call.concerned(bases[c], trouble) {
				ofKind[call.kind] = append(ofKind[call.kind], faultCell{call: c, trouble: trouble})
			}
		}
		for _, some := range ofKind {
			if !everyFault() {
				some = some[n/oneIn%len(some):][:1]
			}
			cells = append(cells, some...)
		}
	}
	slow := func(c faultCell) int {
		if c.trouble.Lasting || calls[c.call].wrote != nil {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(cells, func(a, b faultCell) int { return slow(a) - slow(b) })
	return cells
}

// faultWorker tries the cells of the queue, one after the other, on a sandbox of
// its own, with a server that lives on from cell to cell.
func faultWorker(t *testing.T, queue <-chan faultCell, calls []faultCall, bases []faultBase, table *faulttable.Table) {
	box := newSandbox(t)
	servers := map[bool]*here{}
	for cell := range queue {
		if !cell.alone() && servers[cell.byToken()] == nil {
			servers[cell.byToken()] = serveHere(t, box, cell.byToken())
			servers[cell.byToken()].warm()
		}
		passed := t.Run(calls[cell.call].name+"/"+cell.trouble.Name, func(t *testing.T) {
			h := servers[cell.byToken()]
			if cell.alone() {
				var o sandbox.Options
				if cell.trouble.Options != nil {
					cell.trouble.Options(&o)
				}
				h = serveHere(t, sandboxtest.New(t, o), cell.byToken())
			}
			h.t = t
			table.Set(cell.trouble.Name, calls[cell.call].name, h.try(calls[cell.call], bases[cell.call], cell.trouble))
		})
		// Of tokens that were revoked, or are of another time, the next call would
		// only find out: one request more than its trouble expects.
		if !passed || cell.byToken() || strings.Contains(cell.trouble.Name, "clock") {
			clear(servers)
		}
		if h := servers[cell.byToken()]; h != nil && h.calls > spellings/2 {
			delete(servers, cell.byToken())
		}
	}
}

// levels are what a process may not have more and more of.
type levels struct{ goroutines, descriptors int }

func newLevels(t *testing.T) levels {
	t.Helper()
	open, err := os.ReadDir("/dev/fd")
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // Windows has no such directory
		t.Fatal(err)
	}
	return levels{runtime.NumGoroutine(), len(open)}
}

// compare waits until nothing is left of what was begun since.
func (l levels) compare(t *testing.T) {
	t.Helper()
	var now levels
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if now = newLevels(t); now.goroutines <= l.goroutines && now.descriptors <= l.descriptors {
			return
		}
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines and %d descriptors, %d and %d before\n%s", now.goroutines, now.descriptors, l.goroutines, l.descriptors,
		stacks[:runtime.Stack(stacks, true)])
}
