package install

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"example.com/pingkit/internal/fsutil"
)

// planFolders records in the receipt to be which folders are sync's own: those
// that it will create, and those it created before that are not empty yet. Others
// belong to the product or to people, and stay even when empty. It reports
// whether folders on the disk have to go.
func (p *plan) planFolders(root *os.Root, old *receipt) (prune bool, err error) {
	needed := ancestors(p.receipt.Files)
	mine := make(map[string]bool)
	for _, dir := range old.Folders {
		empty, err := isEmpty(root, dir)
		switch {
		case needed[dir]:
			mine[dir] = true
		case err == nil:
			mine[dir] = true
			prune = prune || empty
		case !errors.Is(err, fs.ErrNotExist):
			return false, diskError("looking at the folder "+dir, err)
		}
	}
	for _, op := range p.writes {
		for dir := path.Dir(op.Path); dir != "."; dir = path.Dir(dir) {
			info, blocked, err := fsutil.Lstat(root, dir)
			switch {
			case errors.Is(err, fs.ErrNotExist), blocked != "":
				mine[dir] = true
			case err != nil:
				return false, diskError("looking at the folder "+dir, err)
			case info.Mode().IsRegular():
				mine[dir] = true // once the file is removed
			}
		}
	}
	for dir := range mine {
		p.receipt.Folders = append(p.receipt.Folders, dir)
	}
	slices.Sort(p.receipt.Folders)
	return prune, nil
}

// ancestors returns the folders that files stand in.
func ancestors(files []ownedFile) map[string]bool {
	all := make(map[string]bool)
	for _, f := range files {
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	return all
}

// prune removes those of the folders that are empty, notes whose contents changed
// by that, and returns the others that are still there. Deeper folders go first.
func prune(root *os.Root, folders []string, needed, touched map[string]bool) ([]string, error) {
	deepestFirst := slices.Clone(folders)
	slices.SortFunc(deepestFirst, func(a, b string) int { return strings.Compare(b, a) })
	var left []string
	for _, dir := range deepestFirst {
		empty, err := isEmpty(root, dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if needed[dir] {
				left = append(left, dir)
			}
		case err != nil:
			return nil, diskError("looking at the folder "+dir, err)
		case empty && !needed[dir]:
			switch err := root.Remove(dir); {
			case errors.Is(err, syscall.EBUSY):
				// A volume is mounted there: the folder is no longer sync's own.
			case err != nil:
				return nil, diskError("removing the empty folder "+dir, err)
			default:
				touched[path.Dir(dir)] = true
			}
		default:
			left = append(left, dir)
		}
	}
	slices.Sort(left)
	return left, nil
}

// isEmpty reports whether a folder is empty. Something else than a folder has
// fs.ErrNotExist: it is not the folder that sync created.
func isEmpty(root *os.Root, dir string) (bool, error) {
	switch info, blocked, err := fsutil.Lstat(root, dir); {
	case err != nil:
		return false, err
	case blocked != "" || !info.IsDir():
		return false, fs.ErrNotExist
	}
	d, err := root.Open(dir)
	if err != nil {
		return false, err
	}
	_, err = d.ReadDir(1)
	if errors.Is(err, io.EOF) {
		return true, d.Close()
	}
	return false, errors.Join(err, d.Close())
}
