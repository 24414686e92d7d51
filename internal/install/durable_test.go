package install

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestStageIsOnTheDiskBeforeTheJournal: from the journal's name on a sync is
// carried out, so a staged file that cannot be synced must keep it unnamed.
func TestStageIsOnTheDiskBeforeTheJournal(t *testing.T) {
	for name, test := range map[string]struct {
		staged []string
		named  bool
	}{
		"all staged":      {[]string{"00000", "00001"}, true},
		"the first fails": {[]string{"00001"}, false},
		"the last fails":  {[]string{"00000"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			if err := root.Mkdir(stageName, stageMode); err != nil {
				t.Fatal(err)
			}
			for _, file := range test.staged {
				if err := os.WriteFile(filepath.Join(dir, stageName, file), []byte("staged"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			j := &journal{Version: journalVersion, Receipt: &receipt{}, Writes: []operation{{Path: "a", Stage: "00000"}, {Path: "b", Stage: "00001"}}}
			if err := j.begin(root); (err == nil) != test.named {
				t.Errorf("the error is %v", err)
			}
			if _, err := root.Lstat(journalName); errors.Is(err, fs.ErrNotExist) == test.named {
				t.Errorf("the journal's name: %v", err)
			}
		})
	}
}
