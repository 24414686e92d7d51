package install

import (
	"context"
	"errors"
	"os"
	"path"
)

// BeforeJournal makes Interrupt stop when everything is staged.
const BeforeJournal = -1

// MakeTarget makes the target's folder alone.
var MakeTarget = makeTarget

// Interrupt does what Sync does until so many operations of its journal are
// done, and stops there as if it was killed. It reports whether there were more.
func Interrupt(ctx context.Context, o Options, operations int) (more bool, err error) {
	o.complete()
	tree, err := o.Lock.Tree()
	if err != nil {
		return false, err
	}
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	old, _, err := readReceipt(root)
	if err != nil {
		return false, err
	}
	p, _, err := o.plan(ctx, root, tree, old)
	if err != nil {
		return false, err
	}
	if len(p.conflicts) > 0 {
		return false, &ConflictError{p.conflicts}
	}
	j := newJournal(p)
	if err := j.prepare(root); err != nil {
		return false, err
	}
	if err := o.stage(ctx, root, j); err != nil || operations == BeforeJournal {
		return true, err
	}
	if err := j.begin(root); err != nil {
		return false, err
	}
	for i, op := range j.Removes {
		if i == operations {
			return true, nil
		}
		if _, err := op.remove(ctx, root); err != nil {
			return false, err
		}
	}
	if _, err := prune(root, j.Receipt.Folders, ancestors(j.Receipt.Files), map[string]bool{}); err != nil {
		return false, err
	}
	for i, op := range j.Writes {
		if len(j.Removes)+i == operations {
			return true, nil
		}
		if err := makeFolders(root, path.Dir(op.Path), o.FolderMode, map[string]bool{}); err != nil {
			return false, err
		}
		if _, _, err := op.write(ctx, root, j.verified); err != nil {
			return false, err
		}
	}
	return len(j.Removes)+len(j.Writes) > operations, nil
}
