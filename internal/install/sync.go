package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"example.com/pingkit/internal/lockfile"
)

// Source hands out the archives of locked kits.
type Source interface {
	// Open returns an archive that has the kit's size and digest, for the caller
	// to close. dir is a directory that may be made for it, and is removed
	// afterwards.
	Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error)
}

// Options say what a sync is to do.
type Options struct {
	Dir    string         // the target; created if absent
	Lock   *lockfile.Lock // what is to be there
	Source Source         // asked only for kits of which files are to be written

	Force  bool // replace files that were edited or that sync did not write
	DryRun bool // change nothing

	FileMode   fs.FileMode   // of installed files; 0: 0644
	FolderMode fs.FileMode   // of created folders; 0: 0755
	Workers    int           // how many kits are fetched at once; 0: 4
	Waiting    func()        // called once when another sync works on the target; may be nil
	Wait       time.Duration // for another sync of the target to end; 0: two minutes, negative: not at all
}

const (
	defaultFileMode   = 0o644
	defaultFolderMode = 0o755
	defaultWait       = 2 * time.Minute
	waitStep          = 100 * time.Millisecond
)

// defaultWorkers is how many kits are unpacked at once.
const defaultWorkers = 4

func (o *Options) complete() {
	if o.FileMode == 0 {
		o.FileMode = defaultFileMode
	}
	if o.FolderMode == 0 {
		o.FolderMode = defaultFolderMode
	}
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.Wait == 0 {
		o.Wait = defaultWait
	}
}

// Sync makes the files of a target those of a lock. What it wrote before and the
// lock does not hold is removed; files that it did not write are not touched, and
// those that were edited since are kept and reported. With nothing to do it asks
// the source for nothing and writes nothing.
//
// It can be killed at any moment: the next Sync completes what was begun. The
// error is a *ConflictError or *lock.ConflictError where nothing was changed
// because of what is in the way, a *BusyError, a *ReceiptError or *JournalError,
// the source's, or matches fetch.ErrDisk or fetch.ErrIntegrity. The report is
// never nil.
func Sync(ctx context.Context, o Options) (*Report, error) {
	o.complete()
	report := &Report{Target: o.Dir, DryRun: o.DryRun, Changes: []Change{}, Kept: []Kept{}, Left: []lockfile.Left{}}
	tree, err := o.Lock.Tree()
	if err != nil {
		return report, err
	}
	report.Left = append(report.Left, tree.Left...)
	if o.DryRun {
		return report, o.rehearse(ctx, tree, report)
	}
	root, held, made, err := o.enter(ctx)
	if err != nil {
		return report, err
	}
	report.Unlocked = held.unlocked
	err = o.sync(ctx, root, tree, report)
	if err != nil && made {
		// While it is locked, as the next sync may have the folder already. It stays
		// where it holds something.
		_ = root.RemoveAll(lockFile)
		_ = os.Remove(o.Dir)
	}
	return report, errors.Join(err, root.Close(), held.Close())
}

// entries bounds how often a target is entered that others remove meanwhile.
const entries = 100

// enter makes the target where it is missing, locks and opens it.
func (o *Options) enter(ctx context.Context) (root *os.Root, h *held, made bool, err error) {
	for range entries {
		_, err := os.Stat(o.Dir)
		made = errors.Is(err, fs.ErrNotExist)
		err = makeTarget(o.Dir, o.FolderMode.Perm())
		if made && errors.Is(err, fs.ErrNotExist) {
			continue // a sync that failed removed a folder above
		}
		if err != nil {
			return nil, nil, false, diskError("creating the target "+o.Dir, err)
		}
		h, err = o.acquire(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, false, err
		}
		root, err = os.OpenRoot(o.Dir)
		same := false
		if err == nil {
			if same, err = h.locks(root); err == nil && same {
				return root, h, made, nil
			}
			err = errors.Join(err, root.Close())
		}
		err = errors.Join(err, h.Close())
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, false, diskError("opening the target", err)
		}
		// The sync before this one failed, and removed the folder that was locked.
	}
	return nil, nil, false, diskError("opening the target", fmt.Errorf("%s is removed again and again", o.Dir))
}

// acquire waits until no other sync works on the target.
func (o *Options) acquire(ctx context.Context) (*held, error) {
	for deadline := time.Now().Add(o.Wait); ; {
		held, err := tryLock(o.Dir)
		if err != nil {
			return nil, diskError("locking the target", err)
		}
		if held != nil {
			return held, nil
		}
		if time.Now().After(deadline) {
			return nil, &BusyError{o.Dir}
		}
		if o.Waiting != nil {
			o.Waiting()
			o.Waiting = nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another sync of %s: %w", o.Dir, ctx.Err())
		case <-time.After(waitStep):
		}
	}
}

func (o *Options) sync(ctx context.Context, root *os.Root, tree *lockfile.Tree, report *Report) error {
	recovered, err := recoverInterrupted(root, o.FolderMode)
	report.Recovered = recovered
	if err != nil {
		return err
	}
	old, raw, err := readReceipt(root)
	if err != nil {
		return err
	}
	p, pruned, err := o.plan(ctx, root, tree, old)
	if err != nil {
		return err
	}
	report.fill(p)
	if len(p.conflicts) > 0 {
		report.Changes = []Change{}
		return &ConflictError{p.conflicts}
	}
	receipt, err := p.receipt.encode()
	if err != nil {
		return err
	}
	if len(p.removes) == 0 && len(p.writes) == 0 && !pruned && bytes.Equal(receipt, raw) {
		return nil
	}
	j := newJournal(p)
	if err := j.prepare(root); err != nil {
		report.Changes = []Change{}
		return err
	}
	err = o.stage(ctx, root, j)
	if err == nil {
		err = j.begin(root)
	}
	if err != nil {
		report.Changes = []Change{}
		return errors.Join(err, discardStage(root))
	}
	if err := j.carryOut(root, o.FolderMode); err != nil {
		return err
	}
	return o.complain(j.left)
}

// complain says what was not carried out because the target changed meanwhile.
func (o *Options) complain(left []operation) error {
	if len(left) == 0 {
		return nil
	}
	e := &lockfile.DriftError{
		What: o.Dir + " changed while sync worked on it, and these files were left alone:",
		Next: "run the same sync again: it reports what is in the way",
	}
	for _, op := range left {
		e.Differences = append(e.Differences, fmt.Sprintf("%s (%s)", op.Path, op.Kit))
	}
	return e
}

// recoverInterrupted carries out what an interrupted sync had begun, and throws
// away what it had only prepared.
func recoverInterrupted(root *os.Root, folderMode fs.FileMode) (recovered bool, err error) {
	j, err := readJournal(root)
	if err != nil {
		return false, err
	}
	if j != nil {
		return true, j.carryOut(root, folderMode)
	}
	switch _, err := root.Lstat(stageName); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, diskError("looking for the stage of an interrupted sync", err)
	}
	return false, discardStage(root)
}

// plan works out what there is to do.
func (o *Options) plan(ctx context.Context, root *os.Root, tree *lockfile.Tree, old *receipt) (p *plan, pruned bool, err error) {
	states, err := look(ctx, root, paths(tree, old))
	if err != nil {
		return nil, false, err
	}
	planner := &planner{lock: o.Lock, tree: tree, owned: old.files(), states: states, force: o.Force}
	planner.decide()
	p = &planner.plan
	others, err := otherVersions(root, o.Lock, tree, p.removes)
	if err != nil {
		return nil, false, err
	}
	p.conflicts = append(p.conflicts, others...)
	pruned, err = p.planFolders(root, old)
	return p, pruned, err
}

// rehearse fills the report with what a sync would do.
func (o *Options) rehearse(ctx context.Context, tree *lockfile.Tree, report *Report) error {
	root, err := os.OpenRoot(o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		// A target that is still to be created is an empty one.
		for _, f := range tree.Files {
			report.Changes = append(report.Changes, Change{Add, f.Path, o.Lock.Kits[f.Kit].String()})
		}
		return nil
	}
	if err != nil {
		return diskError("opening the target", err)
	}
	defer root.Close()
	old, _, err := readReceipt(root)
	if err != nil {
		return err
	}
	j, err := readJournal(root)
	if err != nil {
		return err
	}
	if j != nil {
		report.Recovered = true
		if old, err = j.pending(ctx, root); err != nil {
			return err
		}
	}
	p, _, err := o.plan(ctx, root, tree, old)
	if err != nil {
		return err
	}
	report.fill(p)
	if len(p.conflicts) > 0 {
		return &ConflictError{p.conflicts}
	}
	return nil
}

func (r *Report) fill(p *plan) {
	r.Changes = append(r.Changes, p.changes...)
	r.Kept = append(r.Kept, p.kept...)
	r.Unchanged = p.unchanged
}
