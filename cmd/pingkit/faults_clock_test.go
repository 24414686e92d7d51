package main

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
)

// The systems' clock may jump between any two requests: links and tokens expire
// that were just given, and a change is dated before the one it follows.
func TestClockOfTheSystemsJumps(t *testing.T) {
	for _, c := range rehearsed(t) {
		for _, jump := range []time.Duration{2 * time.Hour, -2 * time.Hour, 87_600 * time.Hour, -87_600 * time.Hour} {
			t.Run(c.name+" "+jump.String(), func(t *testing.T) {
				t.Parallel()
				var now atomic.Int64 // beside the real time
				g := startStage(t, sandbox.Options{Now: func() time.Time { return time.Now().Add(time.Duration(now.Load())) }})
				c.arrive(t, g)
				args := c.commandLine(t, g)
				was := centralOf(g.Sandbox)
				// Each system's first request finds another time than the one before it.
				for _, system := range []sandbox.System{sandbox.PingOneAPI, sandbox.Storage, sandbox.PingCentral} {
					g.Inject(sandbox.Fault{System: system, Times: 1, Before: func() { now.Add(int64(jump)) }})
				}
				o := g.run(t, args...)
				if o.code != exitDone {
					t.Errorf("%s: %s", args, o)
				}
				checkOutput(t, o)
				c.checkFiles(t, g, o)
				c.checkWrite(t, g, chaos.FaultScenario{}, o, centralOf(g.Sandbox) != was)
			})
		}
	}
}

// Neither lock nor receipt nor cache go by the time of a file: after a jump of
// this machine's clock, whichever way, all is as it should be.
func TestClockOfThisMachineJumps(t *testing.T) {
	for name, at := range map[string]time.Time{
		"forward": time.Now().AddDate(30, 0, 0),
		"back":    time.Unix(0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startStage(t, sandbox.Options{})
			g.write(t, "kits.yaml", manifestAfter)
			g.must(t, "sync", "--target", "t")
			g.must(t, "mirror", "m")
			for path := range snapshotOf(t, g.root) {
				g.check(t, os.Chtimes(g.path(path), at, at))
			}
			before, seen := snapshotOf(t, g.root), len(g.Requests())
			for _, args := range [][]string{
				{"lock"}, {"sync", "--target", "t"}, {"sync", "--target", "t", "--locked"}, {"verify", "--target", "t"}, {"mirror", "m"},
				{"sync", "--target", "t", "--offline", "--cache-dir", "m"},
			} {
				g.must(t, args...)
			}
			if asked := len(g.Requests()) - seen; asked != 0 {
				t.Errorf("%d requests were made", asked)
			}
			if changed := snapshotOf(t, g.root).differences(before); changed != "" {
				t.Error(changed)
			}
			info, err := os.Stat(filepath.Join(g.work, "kits.lock.json"))
			g.check(t, err)
			if !info.ModTime().Equal(at) {
				t.Errorf("the lock was written at %v", info.ModTime())
			}
		})
	}
}
