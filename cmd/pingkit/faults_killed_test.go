//go:build unix

package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

var (
	seed    = flag.Uint64("seed", 0, "repeat the random moments of an earlier run (default: others each time)")
	moments = flag.Int("moments", 1, "stop each command at so many random moments by each signal")
)

// Whenever a command is told to stop, it stops in good order or has come to its
// end, and says which; whenever it is killed, the next run makes good. What it
// may change is old or new, and a write happens once.
func TestStoppedAtAnyMoment(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed %d repeats it", *seed)
	for i, c := range rehearsed(t, "kits", "writes") {
		t.Run(c.name, func(t *testing.T) {
			lasts := c.lasts(t)
			for j, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
				for moment := range *moments {
					random := rand.New(rand.NewPCG(*seed, uint64(1000*i+100*j+moment)))
					// Each moment falls into its own part of the run.
					part := lasts / time.Duration(*moments)
					after := part*time.Duration(moment) + time.Duration(random.Int64N(int64(part)))
					t.Run(fmt.Sprintf("%v after %v", signal, after.Round(time.Millisecond)), func(t *testing.T) {
						t.Parallel()
						c.stop(t, signal, after)
					})
				}
			}
		})
	}
}

// slowly makes the systems slow, so that there are many moments.
func slowly(s *sandbox.Sandbox) {
	s.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 200_000})
	s.Inject(sandbox.Fault{Delay: 20 * time.Millisecond, DelayAfter: 20 * time.Millisecond})
}

// lasts is how long the command takes of slow systems.
func (c *column) lasts(t *testing.T) time.Duration {
	t.Helper()
	g := startStage(t, sandbox.Options{})
	c.arrive(t, g)
	args := c.commandLine(t, g)
	slowly(g.Sandbox)
	start := time.Now()
	g.must(t, args...)
	return time.Since(start)
}

// stop runs the command and has a signal come after a while.
func (c *column) stop(t *testing.T, signal syscall.Signal, after time.Duration) {
	g := startStage(t, sandbox.Options{})
	c.arrive(t, g)
	args := append(c.commandLine(t, g), "--audit-file", g.path("audit.log"))
	was := centralOf(g.Sandbox)
	slowly(g.Sandbox)
	cmd, end := g.command(t, "pingkit", args...)
	g.check(t, cmd.Start())
	time.Sleep(after)
	if err := cmd.Process.Signal(signal); err != nil && err != os.ErrProcessDone {
		t.Fatal(err)
	}
	first := end()
	effect := c.settled(g.Sandbox, was)
	stopped := 128 + int(signal)
	if first.code != exitDone && first.code != stopped {
		t.Errorf("want exit code %d or %d", exitDone, stopped)
	}
	switch {
	case signal == syscall.SIGKILL:
		c.checkKilled(t, g)
	case first.stderr == "" && first.code == stopped:
		// It came before the program was ready to take it: nothing has begun.
		c.checkFiles(t, g, first)
	default:
		checkOutput(t, first)
		c.checkFiles(t, g, first)
		if c.writes != "" && (first.code == exitDone) != effect {
			t.Errorf("exit code %d, and the write is done: %t", first.code, effect)
		}
	}
	c.checkAudit(t, g, effect)
	if t.Failed() {
		t.Logf("%s: %s", args, first)
	}
	g.ClearFaults()
	if signal == syscall.SIGKILL {
		c.checkRepaired(t, g, args, effect)
		return
	}
	c.meetNone(t, g, args, effect)
}

// settled reports whether a write has happened, when the systems have done with
// what was sent.
func (c *column) settled(s *sandbox.Sandbox, was string) bool {
	underWay := func(r sandbox.Request) bool { return r.Operation == c.writes && r.Status == 0 }
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(s.Requests(), underWay) {
			break
		}
	}
	return centralOf(s) != was
}

// checkKilled checks what a process leaves that had no time for anything: only
// temporary names may be besides what is old or new, and a target may be between
// them while a journal says how to go on.
func (c *column) checkKilled(t *testing.T, g *stage) {
	t.Helper()
	now := withoutTemporary(snapshotOf(t, g.work))
	_, journal := snapshotOf(t, g.work)["t/.pingkit-journal.json"]
	for _, unit := range c.units {
		is, before, done := now.below(unit), c.before.below(unit), c.done.below(unit)
		if unit == "new" { // its folders are made first
			is, done = is.files(), done.files()
		}
		if is.differences(before) != "" && is.differences(done) != "" && !(unit == "t" && journal) {
			t.Errorf("%s is neither the old nor the new:\nnot the old:\n%snot the new:\n%s", unit, is.differences(before), is.differences(done))
		}
	}
	for _, store := range append(c.stores, "../cache/pingkit") {
		checkStore(t, filepath.Join(g.work, store))
	}
}

// checkRepaired checks that the next run gets there.
func (c *column) checkRepaired(t *testing.T, g *stage, args []string, effect bool) {
	t.Helper()
	again := g.run(t, args...)
	checkOutput(t, again)
	// A write that was cut off may still be on its way, so that another one waits.
	blocked := c.writes != "" && strings.Contains(again.stderr, "is under way")
	used := c.planned && toldOfEarlier(again)
	if again.code != exitDone && !blocked && !used || c.planned && effect && !blocked && !used {
		t.Errorf("after the kill: want exit code %d, or what the earlier run did: %s", exitDone, again)
	}
	if left := withoutTemporary(snapshotOf(t, g.work)).differences(c.done); left != "" {
		t.Errorf("after the kill and another run:\n%s", left)
	}
	if c.planned {
		if sent := len(g.RequestsOf(c.writes)); sent > 1 || sent == 0 && again.code == exitDone {
			t.Errorf("the write of one plan was sent %d times", sent)
		}
	}
}

// checkAudit checks that nothing was sent without a line that says so.
func (c *column) checkAudit(t *testing.T, g *stage, effect bool) {
	t.Helper()
	lines, err := os.ReadFile(g.path("audit.log"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if effect && !strings.Contains(string(lines), `"phase":"before"`) {
		t.Errorf("it was done without a line in the audit: %s", lines)
	}
	if sent := len(g.RequestsOf(c.writes)); c.writes != "" && sent > 1 {
		t.Errorf("the write was sent %d times", sent)
	}
}

func withoutTemporary(p snapshot) snapshot {
	for name := range p {
		if temporary.MatchString(name) && filepath.Base(name) != ".pingkit-receipt.json" {
			delete(p, name)
		}
	}
	return p
}

// files is a picture without folders.
func (p snapshot) files() snapshot {
	files := snapshot{}
	for name, what := range p {
		if !strings.HasPrefix(what, "d") {
			files[name] = what
		}
	}
	return files
}
