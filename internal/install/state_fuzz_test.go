package install_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

const journal = ".pingkit-journal.json"

// FuzzState puts any receipt and journal into a target, as somebody may who can
// write there. A sync refuses them in typed words, or ends with what the lock
// says; nothing outside of the target is ever touched.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"receipt_version":1,"kits":[],"files":[],"folders":[]}`), []byte(nil), []byte(nil))
	f.Add([]byte(`{"receipt_version":1,"kits":[{"name":"pf-one","version":"1.0","sha256":"x"}],"files":[{"path":"instance/server/default/deploy/pf-one-1.0.jar","kit":"pf-one 1.0","sha256":"x","keep":true}],"folders":["instance","instance/server"]}`),
		[]byte(nil), []byte(nil))
	f.Add([]byte(`{"receipt_version":1,"files":[{"path":"own.txt","kit":"","sha256":""}],"folders":["a","a/b","../x"]}`), []byte(nil), []byte("x"))
	f.Add([]byte(nil), []byte(`{"journal_version":1,"removes":[{"path":"own.txt","kit":"x"}],"writes":[{"path":"own.txt/x","after":"y","stage":"00000"}],"receipt":{"receipt_version":1,"kits":[],"files":[],"folders":["own.txt"]}}`), []byte("staged"))
	f.Add([]byte(nil), []byte(`{"journal_version":1,"removes":[{"path":"link/x","before":"special"}],"writes":[{"path":"link/outside","stage":"00000"}],"receipt":{"receipt_version":1,"folders":["link"]}}`), []byte("staged"))
	f.Add([]byte(nil), []byte(`{"journal_version":1,"writes":[{"path":".pingkit-receipt.json","before":"","after":"","stage":"../x"}],"receipt":{}}`), []byte("x"))
	f.Add([]byte("null"), []byte("[]"), []byte(nil))
	f.Add([]byte(`{"receipt_version":1,"files":[{"path":".pingkit-stage/x"},{"path":".pingkit-journal.json"}],"folders":[".pingkit-stage"]}`), []byte(nil), []byte("x"))
	f.Add([]byte(`{"receipt_version":1,"kits":[{"name":"\u001b[31m","version":"1","sha256":"x"}],"files":[{"path":"a","kit":"\u001b[2J\u202e","sha256":"x"}]}`), []byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, receiptText, journalText, staged []byte) {
		b := newBench(t)
		l := lockOf(b.kit("pf-one", "1.0", nil))
		outside := filepath.Join(filepath.Dir(b.dir), "outside")
		b.write("own.txt", "own")
		if err := os.WriteFile(outside, []byte("untouched"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.link("link", "..")
		for name, data := range map[string][]byte{receipt: receiptText, journal: journalText, ".pingkit-stage/00000": staged} {
			if data != nil {
				b.write(name, string(data))
			}
		}
		o := b.options(l)
		o.DryRun = true
		before := snapshot(t, b.dir)
		verification, verified := install.Verify(t.Context(), b.dir, nil)
		checkPlain(t, strings.ReplaceAll(fmt.Sprint(verified), "\n", " "))
		for _, d := range verification.Differences {
			checkPlain(t, d.Path+d.Kit+d.Problem)
		}
		_, rehearsed := install.Sync(t.Context(), o)
		checkSync(t, rehearsed)
		same(t, snapshot(t, b.dir), before)

		report, err := install.Sync(t.Context(), b.options(l))
		checkSync(t, err)
		for _, c := range report.Changes {
			checkPlain(t, c.Path+c.Kit)
		}
		if err == nil {
			if again, err := install.Sync(t.Context(), b.options(l)); err != nil || again.Changed() {
				t.Errorf("a second sync: %v, %+v", err, again)
			}
			_, err := install.Verify(t.Context(), b.dir, l)
			if _, drift := errors.AsType[*lockfile.DriftError](err); err != nil && !drift {
				t.Errorf("verify: %v", err)
			}
		}
		if text, err := os.ReadFile(outside); err != nil || string(text) != "untouched" {
			t.Errorf("outside the target: %q, %v", text, err)
		}
		entries, err := os.ReadDir(filepath.Dir(b.dir))
		if err != nil || len(entries) != 3 { // the target, the cache, and the file outside
			t.Errorf("beside the target stand %v, %v", entries, err)
		}
	})
}

// checkPlain checks that a terminal can show a text.
func checkPlain(t *testing.T, text string) {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%q is shown", text)
	}
}

// checkSync checks that a sync failed in one of the ways that it tells of.
func checkSync(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		checkPlain(t, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	if err == nil || errorsAs[*install.ReceiptError](err) || errorsAs[*install.JournalError](err) || errorsAs[*install.ConflictError](err) {
		return
	}
	// A folder where a file is to stand, and the like.
	if !errors.Is(err, download.ErrDisk) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a sync ends with %T: %v", err, err)
	}
}
