package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
)

// What somebody put into sync's own files is not believed.
func TestSyncRefusesForgedState(t *testing.T) {
	outside := `"../../outside"`
	for name, test := range map[string]struct {
		file, text string
		check      func(error) bool
	}{
		"no receipt":         {receipt, "hello", errorsAs[*install.ReceiptError]},
		"receipt of future":  {receipt, `{"receipt_version":9,"kits":[],"files":[],"folders":[]}`, errorsAs[*install.ReceiptError]},
		"receipt with path":  {receipt, `{"receipt_version":1,"kits":[],"files":[{"path":` + outside + `,"kit":"x","sha256":"x"}],"folders":[]}`, errorsAs[*install.ReceiptError]},
		"receipt folder":     {receipt, `{"receipt_version":1,"kits":[],"files":[],"folders":[` + outside + `]}`, errorsAs[*install.ReceiptError]},
		"two receipts":       {receipt, `{"receipt_version":1,"kits":[],"files":[],"folders":[]} {}`, errorsAs[*install.ReceiptError]},
		"no journal":         {".pingkit-journal.json", "", errorsAs[*install.JournalError]},
		"journal with path":  {".pingkit-journal.json", `{"journal_version":1,"removes":[{"path":` + outside + `,"kit":"x"}],"writes":[],"receipt":{"receipt_version":1,"kits":[],"files":[],"folders":[]}}`, errorsAs[*install.JournalError]},
		"journal with stage": {".pingkit-journal.json", `{"journal_version":1,"removes":[],"writes":[{"path":"a","kit":"x","stage":` + outside + `}],"receipt":{"receipt_version":1,"kits":[],"files":[],"folders":[]}}`, errorsAs[*install.JournalError]},
		"without receipt":    {".pingkit-journal.json", `{"journal_version":1,"removes":[],"writes":[],"receipt":null}`, errorsAs[*install.JournalError]},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.write(test.file, test.text)
			if _, err := install.Sync(t.Context(), b.options(lockOf(b.kit("pf-one", "1.0", nil)))); !test.check(err) || !strings.Contains(err.Error(), test.file) {
				t.Errorf("error is %v", err)
			}
			if got := b.read(test.file); got != test.text {
				t.Errorf("%s was changed to %q", test.file, got)
			}
		})
	}
	t.Run("stage is a link", func(t *testing.T) {
		b := newBench(t)
		elsewhere := t.TempDir()
		if err := os.WriteFile(filepath.Join(elsewhere, "x"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		b.link(".pingkit-stage", elsewhere)
		b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
		if entries, err := os.ReadDir(elsewhere); err != nil || len(entries) != 1 {
			t.Errorf("outside the target: %v, %v", entries, err)
		}
	})
}
