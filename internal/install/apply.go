package install

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"example.com/pingkit/internal/fsutil"
)

// carryOut does what is left of a journal. It is not to be cancelled: what it
// does is short, and half of it is worse than none or all.
func (j *journal) carryOut(root *os.Root, folderMode fs.FileMode) error {
	ctx := context.Background()
	touched := make(map[string]bool)
	for _, op := range j.Removes {
		done, err := op.remove(ctx, root)
		if err != nil {
			return err
		}
		if !done {
			j.left = append(j.left, op)
		}
		if !done && op.Before != beforeSpecial {
			// Edited after the plan was made: kept, and still known as once written.
			j.Receipt.Files = append(j.Receipt.Files, ownedFile{Path: op.Path, Kit: op.Kit, SHA256: op.Before})
		}
		touched[path.Dir(op.Path)] = true
	}
	needed := ancestors(j.Receipt.Files)
	folders, err := prune(root, j.Receipt.Folders, needed, touched)
	if err != nil {
		return err
	}
	j.Receipt.Folders = folders
	for _, op := range j.Writes {
		if err := makeFolders(root, path.Dir(op.Path), folderMode, touched); err != nil {
			return err
		}
		done, stands, err := op.write(ctx, root, j.verified)
		if err != nil {
			return err
		}
		if !done {
			j.left = append(j.left, op)
		}
		if stands {
			j.Receipt.restate(op.Path, op.Before)
		}
		touched[path.Dir(op.Path)] = true
	}
	// Until the journal is gone all of this can be done again, in whichever order
	// the disk has taken it.
	if err := syncFolders(root, touched); err != nil {
		return err
	}
	data, err := j.Receipt.encode()
	if err != nil {
		return err
	}
	if err := replace(root, receiptName, data); err != nil {
		return err
	}
	return j.end(root)
}

// remove reports false where something else stands at the path than planned.
func (op operation) remove(ctx context.Context, root *os.Root) (done bool, err error) {
	now, err := stateOf(ctx, root, op.Path)
	if err != nil {
		return false, err
	}
	switch {
	case now.kind == absent || now.kind == blocked || now.kind == folder:
		return true, nil // gone
	case before(now) != op.Before:
		return false, nil
	}
	return true, diskError("removing "+op.Path, root.Remove(op.Path))
}

// write moves the staged file to its place, and reports whether it stands there.
// Where something else stands there than planned it is left alone, as an edited
// file that the next plan reports. stands says that what was planned to be replaced
// is still there, because the disk lost or damaged the staged file; the next plan
// makes good for it. verified says that this process has just written that file,
// which is not read again.
func (op operation) write(ctx context.Context, root *os.Root, verified bool) (done, stands bool, err error) {
	now, err := stateOf(ctx, root, op.Path)
	if err != nil {
		return false, false, err
	}
	if now.is(op.After) {
		return true, false, nil
	}
	if now.kind == folder || now.kind == blocked || before(now) != op.Before {
		return false, false, nil
	}
	staged := op.staged()
	if !verified {
		switch s, err := stateOf(ctx, root, staged); {
		case err != nil:
			return false, false, err
		case !s.is(op.After):
			return false, now.kind == file, nil
		}
	}
	return true, false, diskError("installing "+op.Path, root.Rename(staged, op.Path))
}

// pending is the receipt as it would stand if the journal were given up now: what
// is on the disk of the old files and of the new ones.
func (j *journal) pending(ctx context.Context, root *os.Root) (*receipt, error) {
	now := *j.Receipt
	now.Files = slices.Clone(now.Files)
	for _, op := range j.Removes {
		s, err := stateOf(ctx, root, op.Path)
		if err != nil {
			return nil, err
		}
		if s.kind == file {
			now.Files = append(now.Files, ownedFile{Path: op.Path, Kit: op.Kit, SHA256: op.Before})
		}
	}
	for _, op := range j.Writes {
		s, err := stateOf(ctx, root, op.Path)
		if err != nil {
			return nil, err
		}
		if s.is(op.Before) {
			now.restate(op.Path, op.Before)
		}
	}
	return &now, nil
}

// makeFolders creates a folder and those above it, and notes whose contents
// changed.
func makeFolders(root *os.Root, dir string, mode fs.FileMode, touched map[string]bool) error {
	if dir == "." {
		return nil
	}
	switch info, err := root.Stat(dir); {
	case err == nil && info.IsDir():
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return diskError("looking at the folder "+dir, err)
	}
	if err := makeFolders(root, path.Dir(dir), mode, touched); err != nil {
		return err
	}
	if err := makeFolder(root, dir, mode.Perm()); err != nil {
		return diskError("creating the folder "+dir, err)
	}
	touched[path.Dir(dir)] = true
	return nil
}

// makeFolder gives the new folder the mode asked for, whatever the process masks,
// and leaves it the bit that makes its files inherit the group, which volumes of
// containers hand down from folder to folder.
func makeFolder(root *os.Root, dir string, mode fs.FileMode) error {
	if err := root.Mkdir(dir, mode); err != nil {
		return err
	}
	info, err := root.Lstat(dir)
	if err != nil || info.Mode().Perm() == mode {
		return err
	}
	return fsutil.ChmodIn(root, dir, mode|info.Mode()&fs.ModeSetgid)
}

// makeTarget is makeFolder for the target. What is missing above it gets what the
// process's mask leaves of the mode. The path is not cleaned: that would take the
// parent of a link for the parent of the folder that it leads to.
func makeTarget(dir string, mode fs.FileMode) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
		}
		return nil
	}
	above, name := filepath.Split(strings.TrimRight(filepath.ToSlash(dir), "/"))
	switch {
	case name == "." || name == "..":
		return makeTarget(above, mode)
	case above == "":
		above = "."
	}
	if err := os.MkdirAll(above, mode); err != nil {
		return err
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return err
	}
	defer root.Close()
	err = makeFolder(root, name, mode)
	if errors.Is(err, fs.ErrExist) {
		if info, statErr := os.Stat(dir); statErr == nil && info.IsDir() {
			return nil // another sync was faster
		}
	}
	return err
}

func syncFolders(root *os.Root, folders map[string]bool) error {
	sorted := make([]string, 0, len(folders))
	for dir := range folders {
		sorted = append(sorted, dir)
	}
	slices.Sort(sorted)
	for _, dir := range sorted {
		switch _, blocked, err := fsutil.Lstat(root, dir); {
		case errors.Is(err, fs.ErrNotExist), blocked != "":
			continue // pruned since, or never there
		case err != nil:
			return diskError("looking at the folder "+dir, err)
		}
		if err := syncFolder(root, dir); err != nil {
			return err
		}
	}
	return nil
}
