//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// Nobody reads the result: the reader of a pipe has gone, or the disk behind it
// is full. What was to be done is done or not begun, never a part; and a write
// whose result cannot be told is not told as a report of the disk alone.
func TestResultThatNobodyTakes(t *testing.T) {
	eachUntaken(t, func(t *testing.T, c *column, g *stage, args []string, stream untaken) {
		o, effect := g.runWith(t, func(cmd *exec.Cmd) { cmd.Stdout = stream.file }, args...)
		switch {
		case stream.full && o.code != exitDisk:
			t.Errorf("want exit code %d: %s", exitDisk, o)
		case !stream.full && (o.code != exitUnread || c.writes == "" && o.stderr != ""):
			t.Errorf("want exit code %d, and no message but of a write: %s", exitUnread, o)
		}
		if stream.full {
			checkOutput(t, o)
		}
		if c.writes != "" {
			if !effect {
				t.Error("the write was not done")
			}
			if !strings.Contains(lastMessage(t, o), "is promoted") && !strings.Contains(lastMessage(t, o), "is reverted") {
				t.Errorf("it does not say that it was done: %s", o)
			}
		}
		c.checkFiles(t, g, outcome{code: o.code})
		if left := snapshotOf(t, g.work).differences(c.done); left != "" {
			t.Errorf("it is not done:\n%s", left)
		}
		c.meetNone(t, g, args, effect)
	})
}

// Nobody reads the progress: a command without anybody to tell goes on, or stops
// in good order.
func TestProgressThatNobodyTakes(t *testing.T) {
	eachUntaken(t, func(t *testing.T, c *column, g *stage, args []string, stream untaken) {
		// As text, which tells more than JSON.
		o, effect := g.runWith(t, func(cmd *exec.Cmd) { cmd.Stderr = stream.file }, args[:len(args)-2]...)
		c.checkFiles(t, g, o)
		if o.code == exitDone && c.writes != "" && !effect {
			t.Error("it says that it is done, and it is not")
		}
		c.meetNone(t, g, args, effect)
	})
}

// untaken is a stream that nobody takes: a full device, or else a pipe whose
// reader has gone.
type untaken struct {
	file *os.File
	full bool
}

// eachUntaken tries each command, on a stage of its own, with each such stream.
func eachUntaken(t *testing.T, try func(t *testing.T, c *column, g *stage, args []string, stream untaken)) {
	t.Helper()
	for _, c := range rehearsed(t) {
		for name, open := range map[string]func(*testing.T) untaken{"closed pipe": closedPipe, "full": full} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				t.Parallel()
				g := startStage(t, sandbox.Options{})
				c.arrive(t, g)
				stream := open(t)
				try(t, c, g, c.commandLine(t, g), stream)
				g.check(t, stream.file.Close())
			})
		}
	}
}

// runWith runs a command that was changed, and reports whether it changed
// PingCentral.
func (g *stage) runWith(t *testing.T, change func(*exec.Cmd), args ...string) (o outcome, effect bool) {
	t.Helper()
	was := centralOf(g.Sandbox)
	cmd, end := g.command(t, "pingkit", args...)
	change(cmd)
	g.check(t, cmd.Start())
	o = end()
	return o, centralOf(g.Sandbox) != was
}

// lastMessage is the error on stderr.
func lastMessage(t *testing.T, o outcome) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(o.stderr), "\n")
	var told struct{ Error report }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &told); err != nil {
		t.Errorf("%v: %s", err, o)
	}
	return told.Error.Message
}

func closedPipe(t *testing.T) untaken {
	t.Helper()
	r, w, err := os.Pipe()
	if err == nil {
		err = r.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return untaken{file: w}
}

func full(t *testing.T) untaken {
	t.Helper()
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return untaken{file: f, full: true}
}
