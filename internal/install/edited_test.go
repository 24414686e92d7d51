package install_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

func TestSyncKeepsEdits(t *testing.T) {
	b := newBench(t)
	first, second := lockOf(b.kit("pf-one", "1.0", nil)), lockOf(b.kit("pf-one", "2.0", nil))
	page := templateDir + "pf-one.html"
	b.sync(first)
	b.write(page, "edited")
	for _, l := range []*lockfile.Lock{first, second, second} {
		report := b.sync(l)
		if len(report.Kept) != 1 || report.Kept[0].Path != page || report.Kept[0].ByManifest || b.read(page) != "edited" {
			t.Errorf("kept are %+v, the page is %q", report.Kept, b.read(page))
		}
	}
	if got := changes(b.syncForced(second)); !reflect.DeepEqual(got, []string{"replace pf-one.html"}) {
		t.Errorf("by force: %q", got)
	}
	clean := newBench(t)
	clean.sync(lockOf(clean.kit("pf-one", "2.0", nil)))
	same(t, snapshot(t, b.dir), snapshot(t, clean.dir))
}

func TestChangedLineEndsAreNoEdit(t *testing.T) {
	page := templateDir + "pf-one.html"
	b := newBench(t)
	first, second := lockOf(b.kit("pf-one", "1.0", nil)), lockOf(b.kit("pf-one", "2.0", nil))
	b.sync(first)
	kits := b.read(page)
	windows := strings.ReplaceAll(kits, "\n", "\r\n")
	if windows == kits {
		t.Fatalf("the kit's page has no line ends: %q", kits)
	}
	t.Run("the same version", func(t *testing.T) {
		b.write(page, windows)
		if report := b.sync(first); report.Changed() || len(report.Kept) != 0 || b.read(page) != windows {
			t.Errorf("the report is %+v, the page %q", report, b.read(page))
		}
		found, err := install.Verify(t.Context(), b.dir, first)
		if err != nil || len(found.Kept) != 1 || !strings.Contains(found.Kept[0].Reason, "line ends") {
			t.Errorf("verify: %v, kept are %+v", err, found.Kept)
		}
	})
	t.Run("force writes the kit's own", func(t *testing.T) {
		b.write(page, windows)
		if b.syncForced(first); b.read(page) != kits {
			t.Errorf("the page is %q", b.read(page))
		}
	})
	t.Run("an upgrade replaces the page", func(t *testing.T) {
		b.write(page, windows)
		if report := b.sync(second); len(report.Kept) != 0 || strings.Contains(b.read(page), "\r") {
			t.Errorf("kept are %+v, the page is %q", report.Kept, b.read(page))
		}
	})
	t.Run("an edit with other line ends is an edit", func(t *testing.T) {
		b.write(page, strings.ReplaceAll(b.read(page), "\n", "\r\n")+"edited\r\n")
		if report := b.sync(first); len(report.Kept) != 1 {
			t.Errorf("kept are %+v", report.Kept)
		}
	})
}

// An edited file that no kit installs any more is kept until it is forced.
func TestSyncKeepsEditsOfRemovedKits(t *testing.T) {
	b := newBench(t)
	page := templateDir + "pf-one.html"
	b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
	b.write(page, "edited")
	for range 2 {
		if report := b.sync(lockOf()); len(report.Kept) != 1 || report.Kept[0].Kit != "pf-one 1.0" {
			t.Errorf("kept are %+v", report.Kept)
		}
		if want := []string{page}; !reflect.DeepEqual(b.files(), want) {
			t.Errorf("files are %q", b.files())
		}
	}
	b.syncForced(lockOf())
	if got := b.files(); len(got) != 0 {
		t.Errorf("files are %q", got)
	}
}

func TestSyncKeepGlobs(t *testing.T) {
	b := newBench(t)
	withKeep := func(number string) *lockfile.Lock {
		k := b.kit("pf-one", number, nil)
		k.Keep = []string{"server/default/conf/template/*.html"}
		return lockOf(k)
	}
	page := templateDir + "pf-one.html"
	b.write(page, "from the image") // there before the first sync
	for _, sync := range []func(*lockfile.Lock) *install.Report{b.sync, b.sync, b.syncForced} {
		report := sync(withKeep("1.0"))
		if len(report.Kept) != 1 || report.Kept[0].Path != page || !report.Kept[0].ByManifest || b.read(page) != "from the image" {
			t.Errorf("kept are %+v", report.Kept)
		}
	}
	if report := b.sync(withKeep("2.0")); len(report.Kept) != 1 || b.read(page) != "from the image" {
		t.Errorf("after an upgrade kept are %+v", report.Kept)
	}
	// Without an edit there is nothing to keep: the page follows the kit.
	b.remove(page)
	b.sync(withKeep("1.0"))
	if report := b.sync(withKeep("2.0")); !slices.Contains(changes(report), "update pf-one.html") || len(report.Kept) != 0 {
		t.Errorf("changes are %q", changes(report))
	}
}

func TestSyncAdoptsEqualFiles(t *testing.T) {
	b := newBench(t)
	l := lockOf(b.kit("pf-one", "1.0", nil))
	b.sync(l)
	b.remove(receipt)
	if got := changes(b.sync(l)); !reflect.DeepEqual(got, []string{"adopt pf-one.css", "adopt pf-one.html", "adopt pf-one-1.0.jar"}) {
		t.Errorf("changes are %q", got)
	}
	b.sync(lockOf())
	if got := b.files(); len(got) != 0 {
		t.Errorf("files are %q", got)
	}
}
