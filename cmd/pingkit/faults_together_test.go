package main

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// together is how many processes do the same in the same place.
const together = 4

// Several runs of one command in one place at the same time, as the containers of
// a pod that share a volume make them: all succeed, and the place is as after one.
func TestTogether(t *testing.T) {
	for _, c := range rehearsed(t, "kits") {
		t.Run(c.name, func(t *testing.T) {
			g := startStage(t, sandbox.Options{})
			c.arrive(t, g)
			args := c.commandLine(t, g)
			var ends []func() outcome
			for range together {
				cmd, end := g.command(t, "pingkit", args...)
				g.check(t, cmd.Start())
				ends = append(ends, end)
			}
			for _, end := range ends {
				o := end()
				if o.code != exitDone {
					t.Errorf("%s: %s", args, o)
				}
				checkOutput(t, o)
			}
			c.checkFiles(t, g, outcome{})
			c.meetNone(t, g, args, false)
		})
	}
}

// Without HOME, without a folder for temporary files and with a working directory
// as the only place, as in a container, everything works.
func TestNoHome(t *testing.T) {
	for _, c := range rehearsed(t) {
		t.Run(c.name, func(t *testing.T) {
			g := startStage(t, sandbox.Options{})
			c.arrive(t, g)
			g.set("HOME=", "XDG_CACHE_HOME=")
			args := c.commandLine(t, g)
			o := g.run(t, args...)
			if o.code != exitDone {
				t.Errorf("%s: %s", args, o)
			}
			checkOutput(t, o)
			c.checkFiles(t, g, o)
			if _, err := os.Stat(filepath.Join(g.work, ".cache")); err == nil {
				t.Error("a cache was made in the working directory")
			}
		})
	}
}
