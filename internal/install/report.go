package install

import (
	"fmt"
	"strings"

	"example.com/pingkit/internal/lockfile"
)

// Report tells what a sync did, or would do.
type Report struct {
	Target    string          `json:"target"`
	DryRun    bool            `json:"dry_run,omitempty"`
	Recovered bool            `json:"recovered,omitempty"` // an interrupted sync was completed first, or will be
	Unlocked  string          `json:"unlocked,omitempty"`  // why the target could not be locked against another sync
	Changes   []Change        `json:"changes"`
	Kept      []Kept          `json:"kept"`
	Left      []lockfile.Left `json:"left"` // files of kits that are not installed on purpose
	Unchanged int             `json:"unchanged"`
}

// Action is what happens to a file.
type Action string

// The actions of a sync.
const (
	Add     Action = "add"     // a new file
	Update  Action = "update"  // another version of a file that sync wrote
	Restore Action = "restore" // a file that sync wrote and somebody deleted
	Replace Action = "replace" // by force: an edited file, or one that sync did not write
	Adopt   Action = "adopt"   // a file stands there with the right contents; sync owns it from now on
	Remove  Action = "remove"  // a file that sync wrote and no kit installs any more
)

// Change is one file that a sync changes.
type Change struct {
	Action Action `json:"action"`
	Path   string `json:"path"`
	Kit    string `json:"kit"` // name and version
}

// Kept is a file that differs from the lock and stays as it is.
type Kept struct {
	Path   string `json:"path"`
	Kit    string `json:"kit"`
	Reason string `json:"reason"`
	// ByManifest: a glob under keep names it, so that this is no drift.
	ByManifest bool `json:"by_manifest"`
}

// Changed reports whether the sync changes, or would change, anything.
func (r *Report) Changed() bool { return len(r.Changes) > 0 || r.Recovered }

// ConflictError says what stands in the way of a sync. Nothing was changed.
type ConflictError struct {
	Conflicts []Conflict
}

// Conflict is one thing in the way.
type Conflict struct {
	Path   string `json:"path"`
	Kit    string `json:"kit"` // that needs the path
	Reason string `json:"reason"`
}

func (e *ConflictError) Error() string {
	var b strings.Builder
	b.WriteString("the target was not changed, for it holds what is in the way:")
	for _, c := range e.Conflicts {
		fmt.Fprintf(&b, "\n  %s (%s): %s", c.Path, c.Kit, c.Reason)
	}
	return b.String()
}

// BusyError says that another sync works on the target.
type BusyError struct{ Target string }

func (e *BusyError) Error() string {
	return "another sync works on " + e.Target + "; try again when it has ended"
}
