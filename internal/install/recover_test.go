package install_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sandbox/kits"
)

// updates are three versions of one set of kits, in which files come and go.
func updates(b *bench) (first, second, third *lockfile.Lock) {
	at := func(number string, more string) *lockfile.Lock {
		return lockOf(
			b.kit("pf-one", number, func(c *kits.Contents) { c.Languages = []string{"one-" + number} }),
			b.kit("pf-"+more, number, func(c *kits.Contents) { c.Assets = []string{more + "/only-" + more + ".css"} }),
		)
	}
	return at("1.0", "old"), at("2.0", "new"), at("3.0", "next")
}

// atEveryStep runs a test for an update that stopped after each of its steps.
func atEveryStep(t *testing.T, test func(t *testing.T, b *bench, first, second, third *lockfile.Lock)) {
	t.Parallel()
	made := newBench(t)
	first, second, third := updates(made)
	for step, more := install.BeforeJournal, true; more; step++ {
		b := newBench(t)
		b.cache = made.cache
		b.sync(first)
		b.write(deployDir+"own.jar", "own")
		var err error
		if more, err = install.Interrupt(t.Context(), b.options(second), step); err != nil {
			t.Fatal(err)
		}
		test(t, b, first, second, third)
		if t.Failed() {
			t.Fatalf("after step %d", step)
		}
	}
}

func TestRecoverAtEveryStep(t *testing.T) {
	for name, pick := range map[string]func(first, second, third *lockfile.Lock) *lockfile.Lock{
		"the same": func(_, second, _ *lockfile.Lock) *lockfile.Lock { return second },
		"the next": func(_, _, third *lockfile.Lock) *lockfile.Lock { return third },
		"and back": func(first, _, _ *lockfile.Lock) *lockfile.Lock { return first },
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string]string
			atEveryStep(t, func(t *testing.T, b *bench, first, second, third *lockfile.Lock) {
				then := pick(first, second, third)
				if want == nil {
					clean := newBench(t)
					clean.cache = b.cache
					clean.sync(first)
					clean.write(deployDir+"own.jar", "own")
					clean.sync(second)
					clean.sync(then)
					want = snapshot(t, clean.dir)
				}
				b.sync(then)
				same(t, snapshot(t, b.dir), want)
				if got := b.sync(then); got.Changed() {
					t.Errorf("the next sync changes %q, recovered %v", changes(got), got.Recovered)
				}
			})
		})
	}
}

// What people do between a kill and the next sync is respected.
func TestRecoverKeepsEdits(t *testing.T) {
	page, css := templateDir+"pf-one.html", templateDir+"assets/new/only-new.css"
	atEveryStep(t, func(t *testing.T, b *bench, _, second, _ *lockfile.Lock) {
		b.write(page, "edited")
		b.remove(css)
		old := filepath.Join(b.dir, deployDir, "pf-one-1.0.jar")
		_, err := os.Lstat(old)
		jarThere := err == nil
		report := b.sync(second)
		if b.read(page) != "edited" || len(report.Kept) != 1 || report.Kept[0].Path != page {
			t.Errorf("the page is %q, kept are %+v", b.read(page), report.Kept)
		}
		b.read(css) // restored
		if _, err := os.Lstat(old); err == nil {
			t.Errorf("the old jar is still there; it was %v", jarThere)
		}
		b.syncForced(second)
		clean := newBench(t)
		clean.cache = b.cache
		clean.sync(second)
		clean.write(deployDir+"own.jar", "own")
		same(t, snapshot(t, b.dir), snapshot(t, clean.dir))
	})
}

// A jar that was patched between a kill and the next sync is not lost unseen.
func TestRecoverKeepsPatchedJar(t *testing.T) {
	jar := deployDir + "pf-one-1.0.jar"
	atEveryStep(t, func(t *testing.T, b *bench, _, second, _ *lockfile.Lock) {
		if _, err := os.Lstat(filepath.Join(b.dir, jar)); err != nil {
			return // removed by then
		}
		b.write(jar, "patched")
		_, err := install.Sync(t.Context(), b.options(second))
		if !errorsAs[*install.ConflictError](err) || b.read(jar) != "patched" {
			t.Errorf("error is %v", err)
		}
		b.syncForced(second)
		if _, err := install.Verify(t.Context(), b.dir, second); err != nil {
			t.Error(err)
		}
	})
}

// A stage that the disk lost or damaged is made anew.
func TestRecoverWithoutStage(t *testing.T) {
	for name, damage := range map[string]func(b *bench){
		"lost":    func(b *bench) { b.remove(".pingkit-stage") },
		"damaged": func(b *bench) { b.damage(".pingkit-stage") },
	} {
		t.Run(name, func(t *testing.T) {
			atEveryStep(t, func(t *testing.T, b *bench, _, second, _ *lockfile.Lock) {
				damage(b)
				b.sync(second)
				if _, err := install.Verify(t.Context(), b.dir, second); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// damage empties every file below a folder.
func (b *bench) damage(dir string) {
	b.t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.dir, dir))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			b.write(filepath.Join(dir, e.Name()), "")
		}
	}
}

// A dry run after a kill changes nothing and says what will be.
func TestRehearseAfterKill(t *testing.T) {
	atEveryStep(t, func(t *testing.T, b *bench, _, second, _ *lockfile.Lock) {
		before := snapshot(t, b.dir)
		o := b.options(second)
		o.DryRun = true
		report, err := install.Sync(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		same(t, snapshot(t, b.dir), before)
		if _, journal := before[".pingkit-journal.json"]; report.Recovered != journal {
			t.Errorf("recovered is %v with a journal %v", report.Recovered, journal)
		}
	})
}

func TestSyncTellsRecovery(t *testing.T) {
	b := newBench(t)
	first, second, _ := updates(b)
	b.sync(first)
	if _, err := install.Interrupt(t.Context(), b.options(second), 2); err != nil {
		t.Fatal(err)
	}
	if report := b.sync(second); !report.Recovered || !report.Changed() || len(report.Changes) != 0 {
		t.Errorf("report is %+v", report)
	}
	if report := b.sync(second); report.Recovered || !reflect.DeepEqual(report.Changes, []install.Change{}) {
		t.Errorf("report is %+v", report)
	}
}

// The first sync of a target can be killed as well as any other.
func TestRecoverFirstSync(t *testing.T) {
	t.Parallel()
	clean := newBench(t)
	first, _, third := updates(clean)
	clean.sync(first)
	want := map[*lockfile.Lock]map[string]string{first: snapshot(t, clean.dir)}
	clean.sync(third)
	want[third] = snapshot(t, clean.dir)
	for step, more := install.BeforeJournal, true; more; step++ {
		for _, then := range []*lockfile.Lock{first, third} {
			b := newBench(t)
			b.cache = clean.cache
			err := os.Mkdir(b.dir, 0o755)
			if err == nil {
				more, err = install.Interrupt(t.Context(), b.options(first), step)
			}
			if err != nil {
				t.Fatal(err)
			}
			b.sync(then)
			same(t, snapshot(t, b.dir), want[then])
			if t.Failed() {
				t.Fatalf("after step %d", step)
			}
		}
	}
}
