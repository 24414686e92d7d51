package kitzip

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/klauspost/compress/zip"

	"example.com/pingkit/internal/fsutil"
)

// ExtractOptions says how files are written.
type ExtractOptions struct {
	FileMode  fs.FileMode // permissions of files; 0 means 0o644. The umask does not lower them
	DirMode   fs.FileMode // permissions of folders that are made; 0 means 0o755
	Overwrite bool        // replace regular files that stand at a place
}

// Written is a file that was written.
type Written struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`   // in bytes
	SHA256 string `json:"sha256"` // in lower-case hexadecimal, computed while writing
}

// All lists the files of the archive with their own paths as their places, to
// unpack the archive as it is. Unfit files are left out, and those that some file
// system takes for another one; call [Archive.Verify] before to find all of them.
func (a *Archive) All() []Placed {
	var all []Placed
	places := newOccupied(len(a.files))
	for _, file := range a.fit() {
		if _, ok := places.file(file.Path); ok {
			all = append(all, Placed{file.Path, file.Path, file.Size})
		}
	}
	return all
}

// Extract writes files below root, each at its place, and returns them in the
// same order. It verifies the archive first, if [Archive.Verify] did not, and
// checks that the places are free.
//
// Each file is written under a temporary name (it starts with .pingkit-) in its
// own folder. Only when all are complete they get their names. If something
// fails or ctx ends before that, nothing changes below root: temporary files
// and folders that Extract made are removed. The caller syncs to disk what must
// survive a loss of power.
//
// The errors are those of Verify; [fs.ErrExist] if a place is taken; a
// [*ConflictError]; and those of the file system, as they are.
func (a *Archive) Extract(ctx context.Context, root *os.Root, files []Placed, opts ExtractOptions) ([]Written, error) {
	digests, err := a.verified(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.checkPlan(root, files, opts.Overwrite); err != nil {
		return nil, err
	}
	if opts.FileMode == 0 {
		opts.FileMode = 0o644
	}
	if opts.DirMode == 0 {
		opts.DirMode = 0o755
	}
	w := &writer{root: root, opts: opts, known: map[string]bool{".": true}}
	written, err := w.write(ctx, a, files, digests)
	if err != nil {
		return nil, errors.Join(err, w.undo())
	}
	return written, nil
}

// checkPlan refuses files and places that cannot be, before anything is written.
func (a *Archive) checkPlan(root *os.Root, files []Placed, overwrite bool) error {
	for _, file := range files {
		if bad := a.unfitAt(file.From); bad.err != nil {
			return bad.err
		}
		if a.entries[file.From] == nil {
			return fmt.Errorf("the archive has no file %s", quote(file.From))
		}
		if err := CheckEntryName(file.To); err != nil {
			return err
		}
		info, err := root.Lstat(file.To)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s stands in the way and is not a file: %w", file.To, fs.ErrExist)
		case !overwrite:
			return fmt.Errorf("%s: %w; allow to overwrite it, or choose another folder", file.To, fs.ErrExist)
		}
	}
	return checkPlaces(files)
}

// writer writes files below a root, and can undo what it did.
type writer struct {
	root  *os.Root
	opts  ExtractOptions
	known map[string]bool // folders that are there
	made  []string        // folders it made, outer ones first
	files []string        // files it made: temporary ones, then some with their final names
}

func (w *writer) write(ctx context.Context, a *Archive, files []Placed, digests Digests) ([]Written, error) {
	in := a.inflater()
	written := make([]Written, len(files))
	temporary := make([]string, len(files))
	for i, file := range files {
		if err := w.mkdir(path.Dir(file.To)); err != nil {
			return nil, err
		}
		temporary[i] = path.Join(path.Dir(file.To), reserved+"-"+rand.Text())
		size, sum, err := w.file(ctx, in, temporary[i], a.entries[file.From])
		if err != nil {
			return nil, err
		}
		if sum != digests[file.From] {
			return nil, fmt.Errorf("%w: entry %s changed while the archive was unpacked", ErrDamaged, quote(file.From))
		}
		written[i] = Written{file.To, size, sum}
	}
	for i, file := range files {
		_, err := w.root.Lstat(file.To)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		replaces := err == nil
		if err := w.root.Rename(temporary[i], file.To); err != nil {
			return nil, err
		}
		w.files[i] = file.To
		if replaces {
			w.files[i] = "" // what it replaced is gone: removing the new file would mend nothing
		}
	}
	for _, dir := range slices.Backward(w.made) { // last, for they may become read-only
		if err := fsutil.ChmodIn(w.root, dir, w.opts.DirMode.Perm()); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// file writes one entry under a temporary name.
func (w *writer) file(ctx context.Context, in *inflater, name string, entry *zip.File) (size int64, sum string, err error) {
	f, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, "", err
	}
	w.files = append(w.files, name)
	size, sum, err = in.copy(ctx, f, entry)
	if err == nil {
		err = fsutil.Chmod(f, w.opts.FileMode.Perm())
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return size, sum, err
}

// mkdir makes a folder and those above it, where they are missing.
func (w *writer) mkdir(dir string) error {
	if w.known[dir] {
		return nil
	}
	if err := w.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	switch err := w.root.Mkdir(dir, 0o700); {
	case err == nil:
		w.made = append(w.made, dir)
	case !errors.Is(err, fs.ErrExist):
		return err
	default:
		info, err := w.root.Stat(dir)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s stands in the way and is not a folder: %w", dir, fs.ErrExist)
		}
	}
	w.known[dir] = true
	return nil
}

// undo removes what was made. A folder that something else was put into
// meanwhile stays.
func (w *writer) undo() error {
	var failed []error
	for _, name := range w.files {
		if name == "" {
			continue
		}
		if err := w.root.Remove(name); err != nil {
			failed = append(failed, err)
		}
	}
	for _, dir := range slices.Backward(w.made) {
		if err := w.root.Remove(dir); err != nil && !isNotEmpty(w.root, dir) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func isNotEmpty(root *os.Root, dir string) bool {
	entries, err := fs.ReadDir(root.FS(), dir)
	return err == nil && len(entries) > 0
}

// Copier inflates single files of an archive, for a caller who knows the digest
// of each and so needs nothing verified beforehand. All that one Copier inflates
// counts together against the limits of the archive. It is not for concurrent use.
type Copier struct {
	archive  *Archive
	inflater *inflater
}

// Copier returns a Copier of the archive.
func (a *Archive) Copier() *Copier { return &Copier{a, a.inflater()} }

// Copy writes the file at path to w and returns its size and its SHA-256 in
// lower-case hexadecimal. The error is [fs.ErrNotExist], one of [Archive.Verify],
// or that of w; w has got a part of the file by then.
func (c *Copier) Copy(ctx context.Context, w io.Writer, path string) (size int64, sum string, err error) {
	entry := c.archive.entries[path]
	if bad := c.archive.unfitAt(path); bad.err != nil {
		return 0, "", bad.err
	}
	if entry == nil {
		return 0, "", fmt.Errorf("entry %s: %w", quote(path), fs.ErrNotExist)
	}
	return c.inflater.copy(ctx, w, entry)
}
