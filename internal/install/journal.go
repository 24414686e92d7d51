package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/lockfile"
)

// A sync changes a target in two steps. First it gathers all new files in the
// stage, complete and verified, and writes the journal of what it will do: until
// then nothing of the target has changed, and an interrupted sync left nothing
// but a stage to throw away. Then it carries the journal out; interrupted from
// here on, the next sync carries out the rest. Each operation knows what it found
// at its path, so that carrying it out twice is the same as once.

const (
	journalVersion = 1
	stageMode      = 0o700
)

// journal is what a sync is about to do.
type journal struct {
	Version int         `json:"journal_version"`
	Removes []operation `json:"removes"`
	Writes  []operation `json:"writes"`
	Receipt *receipt    `json:"receipt"` // as it stands afterwards

	verified bool        // this process wrote the stage, and compared it with the lock
	left     []operation // not carried out, because something else stood at the path than planned
}

// newJournal names the staged files; the names follow from the plan.
func newJournal(p *plan) *journal {
	j := &journal{Version: journalVersion, Removes: p.removes, Writes: p.writes, Receipt: p.receipt}
	for i := range j.Writes {
		j.Writes[i].Stage = fmt.Sprintf("%05d", i)
	}
	return j
}

// readJournal returns the journal of an interrupted sync, or nil.
func readJournal(root *os.Root) (*journal, error) {
	raw, err := readState(root, journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, diskError("reading the journal of an interrupted sync", err)
	}
	j := &journal{}
	if err := decodeStrict(raw, j); err != nil {
		return nil, &JournalError{err}
	}
	if err := j.check(); err != nil {
		return nil, &JournalError{err}
	}
	return j, nil
}

// JournalError says that the journal of an interrupted sync cannot be read,
// which no interruption explains: it is written as a whole or not at all.
type JournalError struct{ Err error }

func (e *JournalError) Error() string {
	return fmt.Sprintf("%s, left by an interrupted sync, cannot be read: %v; delete it together with %s, and look at what the next sync reports",
		journalName, e.Err, stageName)
}

// Unwrap returns the cause.
func (e *JournalError) Unwrap() error { return e.Err }

func (j *journal) check() error {
	if j.Version != journalVersion {
		return fmt.Errorf("its journal_version is %d; this pingkit reads %d", j.Version, journalVersion)
	}
	if j.Receipt == nil {
		return errors.New("it has no receipt")
	}
	for _, op := range j.Removes {
		if err := errors.Join(lockfile.CheckPath(op.Path), checkName(op.Kit)); err != nil {
			return err
		}
	}
	for _, op := range j.Writes {
		if err := errors.Join(lockfile.CheckPath(op.Path), lockfile.CheckPath(op.Stage), checkName(op.Kit)); err != nil {
			return err
		}
		if op.StageIn != "" {
			if err := lockfile.CheckPath(op.StageIn); err != nil {
				return err
			}
		}
	}
	return j.Receipt.check()
}

// begin makes the stage durable, with the journal in it, and then gives the
// journal its name. From its return on the sync happens, now or next time.
func (j *journal) begin(root *os.Root) error {
	data, err := encodeJSON(j)
	if err != nil {
		return err
	}
	staged := path.Join(stageName, journalName)
	if err := writeFile(root, staged, data); err != nil {
		return diskError("writing the journal", err)
	}
	names := []string{staged}
	for _, op := range j.Writes {
		names = append(names, op.staged())
	}
	if err := fsutil.Files(root, names); err != nil {
		return diskError("syncing the stage", err)
	}
	for _, in := range append(j.otherStages(), "") {
		if err := syncFolder(root, path.Join(in, stageName)); err != nil {
			return err
		}
	}
	return rename(root, staged, journalName)
}

// replace writes one of sync's own files by way of the stage, all at once.
func replace(root *os.Root, name string, data []byte) error {
	staged := path.Join(stageName, name)
	if err := root.Mkdir(stageName, stageMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return diskError("creating the stage", err)
	}
	err := writeFile(root, staged, data)
	if err == nil {
		err = fsutil.Files(root, []string{staged})
	}
	if err != nil {
		return diskError("writing "+name, err)
	}
	return rename(root, staged, name)
}

// rename gives a file of the stage its name in the target, durably.
func rename(root *os.Root, staged, name string) error {
	if err := root.Rename(staged, name); err != nil {
		return diskError("writing "+name, err)
	}
	return syncFolder(root, ".")
}

func writeFile(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = fsutil.Chmod(f, 0o644)
	}
	return errors.Join(err, f.Close())
}

// end forgets the journal, then the stages.
func (j *journal) end(root *os.Root) error {
	if err := removeStages(root, j.otherStages()); err != nil {
		return err
	}
	if err := root.Remove(journalName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError("removing the journal", err)
	}
	if err := syncFolder(root, "."); err != nil {
		return err
	}
	return removeStages(root, []string{""})
}
