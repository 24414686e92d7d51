//go:build linux && (amd64 || arm64)

package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/testutil/iofault"
)

// allFaults has every fault tried, which takes many minutes.
var allFaults = flag.Bool("faults", false, "try every command in every fault, not some of them")

// Whichever file-system call of a command fails: it ends with 0 and a right tree,
// or with an error and the old one, and the next run makes good. Of each command
// some calls fail, with -faults all of them.
func TestFailingCalls(t *testing.T) {
	for _, c := range rehearsed(t, "kits") {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			calls, _ := c.failCall(t, iofault.Fault{})
			step := 59
			if *allFaults {
				step = 1
			}
			var faults, quiet int
			errnos := []syscall.Errno{syscall.EIO, syscall.ESTALE, syscall.EMFILE, syscall.ENOMEM}
			for i, at := 0, 1; at <= calls; i, at = i+1, at+step {
				fault := iofault.Fault{At: at, Errno: errnos[i%len(errnos)], On: i%5 == 4}
				t.Run(fmt.Sprintf("%v at %d, lasting %t", fault.Errno, at, fault.On), func(t *testing.T) {
					faults++
					if _, o := c.failCall(t, fault); o.code == exitDone {
						quiet++
					}
				})
			}
			t.Logf("%d calls, %d faults; %d runs succeeded all the same", calls, faults, quiet)
		})
	}
}

// failCall runs the command with a fault, and then without.
func (c *column) failCall(t *testing.T, f iofault.Fault) (calls int, o outcome) {
	t.Helper()
	g := newStage(t, spare.borrow(t))
	c.arrive(t, g)
	f.Below = g.root
	args := append(slices.Clone(c.args), "--output", "json")
	cmd, end := g.command(t, "pingkit", args...)
	w, err := f.Start(cmd)
	g.check(t, err)
	o = end()
	calls, failed, err := w.End()
	g.check(t, err)
	checkOutput(t, o)
	if o.code == exitDone {
		c.checkFiles(t, g, o)
	} else {
		c.checkKilled(t, g) // a failed removal may leave what is temporary
	}
	c.checkRepaired(t, g, args, false)
	if t.Failed() {
		t.Logf("%s failed: %s", strings.Join(failed[:min(3, len(failed))], ", "), o)
	}
	return calls, o
}
