//go:build faults

package main

import (
	"hash/fnv"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox/chaos"
	"example.com/pingkit/internal/testutil/faulttable"
)

// A command has a turn, of which there are few, as more at a time would be slow
// enough to run into time-outs. One that takes long waits, as for the outcome of a
// write in doubt, and needs no turn: then only atOnce bounds their number.
const (
	atOnce   = 64
	longTurn = 5 * time.Second
)

const outcomesFile = "testdata/faults.md"

const outcomesHeading = `# What becomes of each command in each trouble

Made by ` + "`go test ./cmd/pingkit -run TestFaultMatrix -update`" + `, which tries all of it, and compared by every run of the
tests with the part that it tries. A cell is the exit code, its word, and what a write says has become of it. A
row holds all troubles that have the same cells. Without "once" or "lasting" it is both; "–" is a command that the trouble does
not concern.
`

// Every command that goes upstream, in every trouble of the sandbox that befalls
// what it calls: it ends, with the exit code and the words that are due, leaves
// nothing half done, writes at most once, and works as ever when the trouble is
// over. What is due stands in testdata/faults.md.
func TestFaultMatrix(t *testing.T) {
	all, troubles := rehearsed(t), chaos.Scenarios()
	got := faulttable.New(names(all, func(c *column) string { return c.name }), names(troubles, func(t chaos.FaultScenario) string { return t.Name }))
	var cells []func()
	for _, trouble := range troubles {
		for _, c := range chosen(all, trouble) {
			cells = append(cells, func() {
				t.Run(strings.NewReplacer("/", "|").Replace(trouble.Name+"/"+c.name), func(t *testing.T) {
					got.Set(trouble.Name, c.name, c.meet(t, trouble))
				})
			})
		}
	}
	tryAll(cells)

	if *update {
		if got.Len() != len(cells) {
			t.Fatalf("%d of %d cells were tried: the table was not written", got.Len(), len(cells))
		}
		if err := got.Write(outcomesFile, outcomesHeading); err != nil {
			t.Fatal(err)
		}
	}
	differences, err := got.Differences(outcomesFile, *allFaults && got.Len() == len(cells))
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range differences {
		t.Error(difference)
	}
}

// tryAll calls the cells, and returns when the last one has ended.
func tryAll(cells []func()) {
	places := make(chan bool, atOnce)
	turns := make(chan bool, 8*runtime.GOMAXPROCS(0))
	var running sync.WaitGroup
	for _, cell := range cells {
		places <- true
		turns <- true
		running.Go(func() {
			end := sync.OnceFunc(func() { <-turns })
			long := time.AfterFunc(longTurn, end)
			cell()
			long.Stop()
			end()
			<-places
		})
	}
	running.Wait()
}

func names[T any](list []T, name func(T) string) []string {
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = name(one)
	}
	return all
}

// chosen are the commands that meet a trouble: all that it concerns, or some,
// always the same. Of those some each kind of fault meets several operations,
// each operation every kind of command and one in some kinds of faults, and each
// form one command.
func chosen(all []*column, trouble chaos.FaultScenario) []*column {
	concerned := slices.DeleteFunc(slices.Clone(all), func(c *column) bool { return !c.concerns(trouble) })
	if *allFaults || *update || len(concerned) == 0 {
		return concerned
	}
	section, name, _ := strings.Cut(trouble.Name, ": ")
	if trouble.Operation == "" {
		return []*column{concerned[number(trouble.Name)%len(concerned)]}
	}
	if (number(section)+number(name))%oneIn != 0 {
		return nil
	}
	kinds := map[string][]*column{}
	for _, c := range concerned {
		kinds[c.kind] = append(kinds[c.kind], c)
	}
	var some []*column
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		some = append(some, kinds[kind][number(trouble.Name)%len(kinds[kind])])
	}
	return some
}

// number is a number that differs from name to name.
func number(name string) int {
	sum := fnv.New32a()
	sum.Write([]byte(name)) // never fails, see hash.Hash
	return int(sum.Sum32() >> 1)
}
