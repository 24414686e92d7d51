package install_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sandbox/kits"
)

// history is a target to which anything happens, and what is expected of it.
type history struct {
	*bench
	random  *rand.Rand
	locks   []*lockfile.Lock
	foreign map[string]string // what people put there
	edited  map[string]string // files of kits that people changed, and to what
}

// locks are those that a history goes through: any kits in any versions.
func (h *history) makeLocks() {
	for range 4 {
		l := lockOf()
		l.Target.Layout = []string{"server-profile", "instance"}[h.random.IntN(2)]
		for i := range 4 {
			if h.random.IntN(3) == 0 {
				continue
			}
			number := fmt.Sprintf("%d.0", 1+h.random.IntN(3))
			name := fmt.Sprintf("pf-kit%d", i)
			k := h.kit(name, number, func(c *kits.Contents) {
				if number != "2.0" {
					c.Languages = []string{name + "-" + number}
					c.Assets = append(c.Assets, "v"+number+"/deep/"+name+".js")
				}
			})
			if i == 0 {
				k.Keep = []string{"**/*.html"}
			}
			l.Kits = append(l.Kits, k)
		}
		h.locks = append(h.locks, l)
	}
}

// clean is what a first sync of a lock into an empty directory leaves.
func clean(t *testing.T, h *history, l *lockfile.Lock) map[string]string {
	b := newBench(t)
	b.cache = h.cache
	b.sync(l)
	return snapshot(t, b.dir)
}

// The tree depends on the lock and on kept files alone, whatever happened before,
// wherever a sync before was killed, and in whichever order the kits stand; a
// second sync has nothing to do; what sync did not write is never touched.
func TestSyncProperties(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 6 {
		h := &history{bench: newBench(t), random: random, foreign: map[string]string{}, edited: map[string]string{}}
		h.makeLocks()
		wants := make(map[*lockfile.Lock]map[string]string)
		for _, l := range h.locks {
			wants[l] = clean(t, h, l)
		}
		var installed map[string]string
		for step := range 12 {
			l := h.locks[random.IntN(len(h.locks))]
			if step%3 == 2 {
				h.disturb(installed, wants)
			}
			force := random.IntN(4) == 0
			o := h.options(shuffled(random, l))
			o.Force = force
			before := snapshot(t, h.dir0())
			killed := random.IntN(3) == 0
			if killed {
				h.kill(h.locks[random.IntN(len(h.locks))])
			}
			report, err := install.Sync(t.Context(), o)
			if _, conflict := errors.AsType[*install.ConflictError](err); conflict {
				// An edited jar of another version: nothing changes until it is forced,
				// but for what an earlier sync had begun.
				if !killed {
					same(t, snapshot(t, h.dir), before)
				}
				o.Force = true
				if report, err = install.Sync(t.Context(), o); err == nil {
					force = true
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			h.check(report, wants[l], force)
			installed = wants[l]
			if again, err := install.Sync(t.Context(), o); err != nil || again.Changed() {
				t.Errorf("a second sync: %v, %q", err, changes(again))
			}
			if t.Failed() {
				t.Fatalf("in step %d", step)
			}
		}
		// Without edits the receipt, too, depends on the lock alone.
		for path := range h.foreign {
			h.remove(path)
		}
		h.syncForced(lockOf())
		h.remove("")
		l := h.locks[0]
		h.sync(h.locks[1])
		h.kill(h.locks[2])
		h.sync(shuffled(random, l))
		same(t, snapshot(t, h.dir), wants[l])
	}
}

// shuffled is the lock with its kits in another order.
func shuffled(random *rand.Rand, l *lockfile.Lock) *lockfile.Lock {
	other := &lockfile.Lock{Target: l.Target, Kits: slices.Clone(l.Kits)}
	random.Shuffle(len(other.Kits), func(i, j int) { other.Kits[i], other.Kits[j] = other.Kits[j], other.Kits[i] })
	return other
}

// kill begins to sync a lock and stops at any step, as if the process was killed.
func (h *history) kill(l *lockfile.Lock) {
	h.t.Helper()
	_, err := install.Interrupt(h.t.Context(), h.options(l), install.BeforeJournal+h.random.IntN(20))
	if _, conflict := errors.AsType[*install.ConflictError](err); err != nil && !conflict {
		h.t.Fatal(err)
	}
}

// dir0 is the target, created if it is not there.
func (h *history) dir0() string {
	h.write("x", "")
	h.remove("x")
	return h.dir
}

// disturb does what people do: edit, delete, and put files there.
func (h *history) disturb(installed map[string]string, wants map[*lockfile.Lock]map[string]string) {
	var files []string
	for name, what := range installed {
		if what[0] == '-' && name != receipt {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	for _, name := range files {
		switch h.random.IntN(6) {
		case 0:
			h.write(name, "edited "+name)
			h.edited[name] = "edited " + name
		case 1:
			h.remove(name)
			delete(h.edited, name)
		}
	}
	name := fmt.Sprintf("instance/server/default/deploy/own%d.jar", h.random.IntN(3))
	h.write(name, "own")
	h.foreign[name] = "own"
}

// check compares the target with what a clean one would be: other are only
// foreign files, and those files of kits that are reported as kept.
func (h *history) check(report *install.Report, want map[string]string, force bool) {
	h.t.Helper()
	got := snapshot(h.t, h.dir)
	kept := make(map[string]bool)
	for _, k := range report.Kept {
		kept[k.Path] = true
		if h.edited[k.Path] == "" || h.read(k.Path) != h.edited[k.Path] {
			h.t.Errorf("%s is reported as kept and holds %q; edited to %q", k.Path, h.read(k.Path), h.edited[k.Path])
		}
		if force && !k.ByManifest {
			h.t.Errorf("%s is kept in spite of force", k.Path)
		}
	}
	for path := range h.edited {
		if !kept[path] {
			delete(h.edited, path)
		}
	}
	for path, text := range h.foreign {
		if h.read(path) != text {
			h.t.Errorf("the foreign file %s was changed", path)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if want[name][0] != 'd' && name != receipt && !kept[name] && got[name] != want[name] {
			h.t.Errorf("%s is %q; want %q", name, got[name], want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		_, wanted := want[name]
		if !wanted && !kept[name] && h.foreign[name] == "" && !h.holds(name, kept) {
			h.t.Errorf("%s should not be there", name)
		}
	}
}

// holds reports whether a folder is needed by a kept or a foreign file.
func (h *history) holds(folder string, kept map[string]bool) bool {
	for path := range kept {
		if strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	for path := range h.foreign {
		if strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	return false
}
