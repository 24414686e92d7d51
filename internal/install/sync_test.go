package install_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sandbox/kits"
)

// changes shows a report in short.
func changes(r *install.Report) []string {
	var all []string
	for _, c := range r.Changes {
		all = append(all, string(c.Action)+" "+filepath.Base(c.Path))
	}
	return all
}

func TestSyncInstalls(t *testing.T) {
	b := newBench(t)
	report := b.sync(lockOf(b.kit("pf-one", "1.0", nil), b.kit("pf-two", "2.0", func(c *kits.Contents) { c.Sample = true })))
	want := []string{
		templateDir + "assets/css/pf-one.css", templateDir + "assets/css/pf-two.css",
		templateDir + "pf-one.html", templateDir + "pf-two.html", deployDir + "pf-one-1.0.jar", deployDir + "pf-two-2.0.jar",
	}
	if got := b.files(); !reflect.DeepEqual(got, want) {
		t.Errorf("files are %q; want %q", got, want)
	}
	if len(report.Changes) != 6 || report.Changes[0] != (install.Change{Action: install.Add, Path: want[0], Kit: "pf-one 1.0"}) {
		t.Errorf("changes are %+v", report.Changes)
	}
	for name, mode := range snapshot(t, b.dir) {
		if want := map[bool]string{true: "drwxr-xr-x", false: "-rw-r--r--"}[mode[0] == 'd']; !strings.HasPrefix(mode, want) {
			t.Errorf("%s has mode %s; want %s", name, mode[:10], want)
		}
	}
}

// An upgrade leaves exactly the new jars, and does not touch what sync did not
// write.
func TestSyncUpgrades(t *testing.T) {
	b := newBench(t)
	quick := func(version string) func(*kits.Contents) {
		// The jar is called otherwise than its kit, so that no glob finds it.
		return func(c *kits.Contents) {
			c.Jars = []string{"pf-google-quickconnection " + version}
			c.Languages = []string{"google-" + version}
		}
	}
	other := b.kit("pf-other", "1.0", nil)
	b.sync(lockOf(b.kit("pf-google-connector", "3.0", quick("3.0")), other))
	b.write(deployDir+"custom-1.0.jar", "a jar of one's own")
	b.write("instance/server/default/conf/custom/own.xml", "a file of one's own")
	if err := os.Mkdir(filepath.Join(b.dir, "instance/server/default/conf/empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, b.dir)
	report := b.sync(lockOf(b.kit("pf-google-connector", "3.1.1", quick("3.1.1")), other))
	want := []string{"remove google-3.0.properties", "add google-3.1.1.properties", "update pf-google-connector.css", "update pf-google-connector.html",
		"remove pf-google-quickconnection-3.0.jar", "add pf-google-quickconnection-3.1.1.jar"}
	if got := changes(report); !reflect.DeepEqual(got, want) {
		t.Errorf("changes are %q; want %q", got, want)
	}
	after := snapshot(t, b.dir)
	touched := map[string]bool{receipt: true}
	for _, c := range report.Changes {
		touched[c.Path] = true
	}
	for name, what := range before {
		if !touched[name] && after[name] != what {
			t.Errorf("%s was %s and is %s", name, what, after[name])
		}
	}
	for name := range after {
		if _, was := before[name]; !was && !touched[name] {
			t.Errorf("%s is new", name)
		}
	}
	var jars []string
	for _, name := range b.files() {
		if strings.HasSuffix(name, ".jar") {
			jars = append(jars, filepath.Base(name))
		}
	}
	if want := []string{"custom-1.0.jar", "pf-google-quickconnection-3.1.1.jar", "pf-other-1.0.jar"}; !reflect.DeepEqual(jars, want) {
		t.Errorf("jars are %q; want %q", jars, want)
	}
}

// What sync created goes with the last kit, also folders; what it found stays.
func TestSyncRemovesEverythingItOwns(t *testing.T) {
	b := newBench(t)
	b.write("instance/server/default/conf/run.properties", "own")
	if err := os.MkdirAll(filepath.Join(b.dir, deployDir), 0o755); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, b.dir)
	b.sync(lockOf(b.kit("pf-one", "1.0", nil), b.kit("pf-two", "1.0", nil)))
	b.sync(lockOf(b.kit("pf-two", "1.0", nil)))
	b.sync(lockOf())
	after := snapshot(t, b.dir)
	delete(after, receipt)
	same(t, after, before)
}

// A folder that holds a person's file stays, and goes once it is empty.
func TestSyncRemovesFoldersLater(t *testing.T) {
	b := newBench(t)
	b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
	b.write(cssDir+"own.css", "own")
	b.sync(lockOf())
	if want := []string{cssDir + "own.css"}; !reflect.DeepEqual(b.files(), want) {
		t.Errorf("files are %q; want %q", b.files(), want)
	}
	b.remove(cssDir + "own.css")
	b.sync(lockOf())
	if after := snapshot(t, b.dir); len(after) != 2 {
		t.Errorf("left are %v", after)
	}
}

func TestSyncRestores(t *testing.T) {
	b := newBench(t)
	l := lockOf(b.kit("pf-one", "1.0", nil))
	b.sync(l)
	before := snapshot(t, b.dir)
	b.remove(deployDir)
	if got := changes(b.sync(l)); !reflect.DeepEqual(got, []string{"restore pf-one-1.0.jar"}) {
		t.Errorf("changes are %q", got)
	}
	same(t, snapshot(t, b.dir), before)
}

func TestSyncLayouts(t *testing.T) {
	for layout, want := range map[string][]string{
		"instance": {"server/default/conf/template/assets/css/pf-one.css", "server/default/conf/template/pf-one.html", "server/default/deploy/pf-one-1.0.jar"},
		"flat":     {"pf-one-1.0.jar", "pf-one.css", "pf-one.html"},
	} {
		b := newBench(t)
		l := lockOf(b.kit("pf-one", "1.0", nil))
		b.sync(l) // as a server profile; the same target may change its layout
		l.Target.Layout = layout
		b.sync(l)
		if got := b.files(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: files are %q; want %q", layout, got, want)
		}
	}
}

func TestSyncModes(t *testing.T) {
	b := newBench(t)
	// A volume whose folders hand their group down.
	if err := errors.Join(os.Mkdir(b.dir, 0o755), os.Chmod(b.dir, 0o755|os.ModeSetgid)); err != nil {
		t.Fatal(err)
	}
	o := b.options(lockOf(b.kit("pf-one", "1.0", nil)))
	o.FileMode, o.FolderMode = 0o664, 0o777 // more than an umask lets through
	if _, err := install.Sync(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{
		deployDir + "pf-one-1.0.jar": 0o664, deployDir: fs.ModeDir | fs.ModeSetgid | 0o777, "instance": fs.ModeDir | fs.ModeSetgid | 0o777,
	} {
		if info, err := os.Stat(filepath.Join(b.dir, path)); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestSyncDryRun(t *testing.T) {
	b := newBench(t)
	first, second := lockOf(b.kit("pf-one", "1.0", nil)), lockOf(b.kit("pf-one", "2.0", nil))
	rehearse := func(l *lockfile.Lock) *install.Report {
		o := b.options(l)
		o.DryRun, o.Source = true, nil
		report, err := install.Sync(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if got := changes(rehearse(first)); len(got) != 3 {
		t.Errorf("changes are %q", got)
	}
	if _, err := os.Lstat(b.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the target was created: %v", err)
	}
	b.sync(first)
	before := snapshot(t, b.dir)
	rehearsed := rehearse(second)
	same(t, snapshot(t, b.dir), before)
	if got := changes(b.sync(second)); !reflect.DeepEqual(got, changes(rehearsed)) {
		t.Errorf("rehearsed %q, and did %q", changes(rehearsed), got)
	}
	if rehearsed = rehearse(second); rehearsed.Changed() {
		t.Errorf("nothing to do, and rehearsed %q", changes(rehearsed))
	}
}

// With nothing to do a sync of twenty kits asks for nothing, writes nothing and
// is quick.
func TestSyncNothingToDo(t *testing.T) {
	b := newBench(t)
	var all []lockfile.Kit
	for i := range 20 {
		name := "pf-kit" + string(rune('a'+i))
		all = append(all, b.kit(name, "1.0", func(c *kits.Contents) {
			for _, more := range []string{"x", "y", "z"} {
				c.Jars = append(c.Jars, name+"-"+more+" 1.0")
				c.Languages = append(c.Languages, name+"-"+more)
			}
		}))
	}
	l := lockOf(all...)
	b.sync(l)
	before := snapshot(t, b.dir)
	info, err := os.Stat(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	source := &counting{Source: b.options(l).Source}
	o := b.options(l)
	o.Source = source
	quickest := time.Hour
	for range 10 {
		start := time.Now()
		report, err := install.Sync(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		quickest = min(quickest, time.Since(start))
		if report.Changed() || report.Unchanged != 20*9 {
			t.Fatalf("report is %+v", report)
		}
	}
	if quickest > slowdown*50*time.Millisecond {
		t.Errorf("it took %v", quickest)
	}
	if len(source.opened) > 0 {
		t.Errorf("asked for %q", source.opened)
	}
	same(t, snapshot(t, b.dir), before)
	if after, err := os.Stat(b.dir); err != nil || !after.ModTime().Equal(info.ModTime()) {
		t.Errorf("something was written into the target (%v)", err)
	}
	t.Logf("nothing to do for 20 kits: %v", quickest)
}

// Only the kits of which something is to be written are asked for.
func TestSyncAsksForWhatItNeeds(t *testing.T) {
	b := newBench(t)
	l := lockOf(b.kit("pf-one", "1.0", nil), b.kit("pf-two", "1.0", nil))
	b.sync(l)
	b.remove(deployDir + "pf-two-1.0.jar")
	o := b.options(l)
	source := &counting{Source: o.Source}
	o.Source = source
	if _, err := install.Sync(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(source.opened, []string{"pf-two"}) {
		t.Errorf("asked for %q", source.opened)
	}
}
