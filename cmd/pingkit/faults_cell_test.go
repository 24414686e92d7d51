package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
)

// meet has the command meet a trouble and get over it, checks what must hold in
// any trouble, and says in a few words how it ended.
func (c *column) meet(t *testing.T, trouble chaos.FaultScenario) string {
	var g *stage
	if trouble.Options == nil {
		g = newStage(t, spare.borrow(t))
	} else {
		var options sandbox.Options
		trouble.Options(&options)
		g = startStage(t, options)
	}
	c.arrive(t, g)
	args := c.commandLine(t, g)
	was := centralOf(g.Sandbox)
	trouble.Begins(g.Sandbox)

	first := g.run(t, args...)
	checkOutput(t, first)
	c.checkFiles(t, g, first)
	effect := centralOf(g.Sandbox) != was
	c.checkWrite(t, g, trouble, first, effect)
	if t.Failed() {
		t.Logf("%s: %s", args, first)
	}

	if first.code == exitDone && c.writes == "" {
		return word(first) // it reached what it does without trouble
	}
	if trouble.Options != nil {
		g.connect(t, spare.borrow(t))
		args, effect = c.commandLine(t, g), false // a plan is good for the systems that it was made of
	}
	g.Calm()
	c.meetNone(t, g, args, effect)
	return word(first)
}

// meetNone runs the command again when the trouble is over.
func (c *column) meetNone(t *testing.T, g *stage, args []string, effect bool) {
	t.Helper()
	again := g.run(t, args...)
	used := c.planned && toldOfEarlier(again)
	if again.code != exitDone && !used || c.planned && effect && !used {
		t.Errorf("after the trouble: want exit code %d, or what the earlier run did: %s", exitDone, again)
	}
	if left := snapshotOf(t, g.work).differences(c.done); left != "" {
		t.Errorf("after the trouble:\n%s", left)
	}
	c.checkFiles(t, g, again)
}

// toldOfEarlier reports whether the plan was used by an earlier run, whose outcome
// is given.
func toldOfEarlier(o outcome) bool { return strings.Contains(o.stdout+o.stderr, "earlier call") }

// word is the exit code and what it stands for; of a write, what became of it.
func word(o outcome) string {
	name := kinds[o.code]
	if o.code == exitDone {
		name = "done"
	}
	var result writeResult
	if json.Unmarshal([]byte(o.stdout), &result) == nil && result.Status != "" && result.Status != "confirmation_required" {
		name = result.Status
	}
	if unseen.MatchString(o.stdout) {
		name += ", unseen"
	}
	return fmt.Sprintf("%d %s", o.code, name)
}

// unseen is the note of a write that PingCentral calls done and shows no sign of.
var unseen = regexp.MustCompile(`"status": "(promoted|reverted)"(?s:.*): PingCentral answered 2(?s:.*)(the history shows no new promotion|the application was as before|could not be read after)`)

// centralOf is the state of PingCentral that a write changes.
func centralOf(s *sandbox.Sandbox) string {
	return fmt.Sprint(len(s.Promotions(sandbox.Payroll)), s.RedirectURIs(sandbox.Payroll), s.ClientSecret(sandbox.Payroll))
}

// longestStderr bounds what stderr gets: a screen.
const longestStderr = 4000

// never are what no output and no file may hold: secrets, what makes a link one,
// raw answers, and words of Go's library.
var never = regexp.MustCompile(`not-for-logs|sandbox-ping\w+-token|Amz-(Signature|Credential)=[^\[]|Basic [A-Za-z0-9+/]{8}|` +
	`(?i:<!doctype|<html|<form|<\?xml|</\w+>)|_embedded\W+:|a{40}|\[{20}|` +
	`json: (cannot (unmarshal|set)|unknown|invalid|unsupported)|strconv\.|goroutine |panic|context deadline|context canceled|\bEOF\b|x509: |dial tcp|net/http|%!|<nil>`)

// advises is a message that says itself what to do, as those of a plan and of a
// refused write do.
var advises = regexp.MustCompile(`try again|give it a role|approve it|promote it first|promote it in PingCentral|` +
	`name the promotion by its id|read the application|look at the application|choose a promotion|give them`)

// checkOutput checks that stdout is a whole result or nothing, and that stderr
// says what failed and what to do, and no more.
func checkOutput(t *testing.T, o outcome) {
	t.Helper()
	if found := never.FindString(o.stdout + o.stderr); found != "" {
		t.Errorf("the output holds %q", found)
	}
	if len(o.stderr) > longestStderr {
		t.Errorf("stderr has %d bytes", len(o.stderr))
	}
	if o.stdout != "" || o.code == exitDone {
		decoder := json.NewDecoder(strings.NewReader(o.stdout))
		var result map[string]any
		if err := decoder.Decode(&result); err != nil || len(result) == 0 {
			t.Errorf("stdout is no result: %v", err)
		}
		if _, err := decoder.Token(); err != io.EOF {
			t.Errorf("stdout holds more than a result: %v", err)
		}
	}
	if kinds[o.code] == "" && o.code != exitDone {
		t.Errorf("the exit code %d stands for nothing", o.code)
	}
	if o.code == exitDone {
		return
	}
	lines := strings.Split(strings.TrimSuffix(o.stderr, "\n"), "\n")
	var told struct{ Error *report }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &told); err != nil || told.Error == nil {
		t.Errorf("stderr does not end with an error: %v", err)
		return
	}
	e := told.Error
	if e.ExitCode != o.code || e.Kind != kinds[o.code] || e.Message == "" {
		t.Errorf("the error does not fit the exit code %d: %+v", o.code, e)
	}
	stopped := o.code == exitInterrupted || o.code == exitTerminated // by somebody who knows what to do next
	if e.Hint == "" && !stopped && !advises.MatchString(e.Message) {
		t.Errorf("it does not say what to do: %s", e.Message)
	}
}

// temporary are names of files that are not yet whole.
var temporary = regexp.MustCompile(`(^|/)\.(pingkit-|new-|.*\.tmp)`)

// checkFiles checks that what the command may change is all old or all new, that
// the rest is as it was, and that nothing temporary was left.
func (c *column) checkFiles(t *testing.T, g *stage, o outcome) {
	t.Helper()
	now := snapshotOf(t, g.work)
	for name := range snapshotOf(t, g.root) {
		if temporary.MatchString(name) && path.Base(name) != ".pingkit-receipt.json" {
			t.Errorf("%s was left behind", name)
		}
	}
	if left := snapshotOf(t, g.path("temp")); len(left) > 1 {
		t.Errorf("temporary files were left behind: %v", left)
	}
	for _, unit := range c.units {
		is, before, done := now.below(unit), c.before.below(unit), c.done.below(unit)
		switch old, whole := is.differences(before) == "", is.differences(done) == ""; {
		case o.code == exitDone && !whole:
			t.Errorf("%s is not what it should be:\n%s", unit, is.differences(done))
		case !old && !whole:
			t.Errorf("%s is neither the old nor the new:\nnot the old:\n%snot the new:\n%s", unit, is.differences(before), is.differences(done))
		}
	}
	mine := slices.Concat(c.units, c.stores)
	if changed := now.less(mine...).differences(c.before.less(mine...)); changed != "" {
		t.Errorf("what the command has no business with changed:\n%s", changed)
	}
	for _, store := range append(c.stores, "../cache/pingkit") {
		checkStore(t, filepath.Join(g.work, store))
	}
	checkSecrets(t, g.work)
}

// checkStore checks that every kit of a store is the one that its name says.
func checkStore(t *testing.T, dir string) {
	t.Helper()
	for name, digest := range snapshotOf(t, filepath.Join(dir, "sha256")) {
		if base := path.Base(name); len(base) == 2*sha256.Size && base != digest {
			t.Errorf("the store holds %s under the name %s", digest, base)
		}
	}
}

// checkSecrets checks that no file holds what nobody may read.
func checkSecrets(t *testing.T, dir string) {
	t.Helper()
	for name, digest := range snapshotOf(t, dir) {
		if len(digest) != 2*sha256.Size || path.Ext(name) != ".json" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if found := never.Find(data); found != nil && !bytes.Contains(found, []byte("EOF")) {
			t.Errorf("%s holds %q", name, found)
		}
	}
}

// checkWrite checks that a write is sent once, and told as it is.
func (c *column) checkWrite(t *testing.T, g *stage, trouble chaos.FaultScenario, o outcome, effect bool) {
	t.Helper()
	sent := 0
	for _, r := range g.Requests() {
		if r.System == sandbox.PingCentral && r.Method != "GET" {
			sent++
			if r.Operation != c.writes {
				t.Errorf("%s %s was sent", r.Method, r.Path)
			}
		}
	}
	if sent > 1 {
		t.Errorf("the write was sent %d times", sent)
	}
	if c.writes == "" {
		if effect {
			t.Error("a read changed something")
		}
		return
	}
	// PingCentral may say that it is done and show no sign of it, as where an
	// approval is required: then no sign is what the result must tell.
	if o.code == exitDone && !effect && !unseen.MatchString(o.stdout) {
		t.Errorf("it says that it is done, and it is not")
	}
	if o.code != exitDone && sent == 0 && o.stdout != "" {
		t.Errorf("nothing was sent, and there is a result")
	}
	for _, status := range []string{"not_promoted", "not_reverted"} {
		if strings.Contains(o.stdout, `"status": "`+status+`"`) && effect && !strings.Contains(trouble.Name, "the history hides it") {
			t.Errorf("it says %s, and it is done", status)
		}
	}
}
