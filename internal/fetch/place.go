package fetch

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// place is where a kit goes. All its files are reached through an os.Root, so
// that no symbolic link in the directory leads out of it.
type place struct {
	dir, file string
	private   bool
	overwrite bool
	root      *os.Root // nil until the directory was opened
}

func (p *place) path() string { return filepath.Join(p.dir, p.file) }

// open opens the directory if it exists; with create it exists afterwards.
func (p *place) open(create bool) error {
	if p.root != nil {
		return nil
	}
	if create {
		if err := os.MkdirAll(p.dir, 0o755); err != nil {
			return diskError("creating the directory", err)
		}
	}
	root, err := os.OpenRoot(p.dir)
	switch {
	case err == nil:
		p.root = root
	case create || !errors.Is(err, fs.ErrNotExist):
		return diskError("opening the directory", err)
	}
	return nil
}

func (p *place) close() error {
	if p.root == nil {
		return nil
	}
	return p.root.Close()
}

// existing returns digest and size of the file that has the name already. It is
// absent if found is false.
func (p *place) existing(ctx context.Context) (sum Sum, size int64, found bool, err error) {
	if err := p.open(false); err != nil || p.root == nil {
		return Sum{}, 0, false, err
	}
	info, err := p.root.Lstat(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return Sum{}, 0, false, nil
	}
	if err != nil {
		return Sum{}, 0, false, diskError("looking for the file", err)
	}
	// A link or a pipe is not ours to read or to replace.
	if !info.Mode().IsRegular() {
		return Sum{}, 0, true, failure(ErrExists, "%s exists and is no regular file; move it away or choose another directory", p.path())
	}
	file, err := p.root.Open(p.file)
	if err != nil {
		return Sum{}, 0, true, diskError("opening the file that exists", err)
	}
	hash := sha256.New()
	counted := &countingWriter{to: hash}
	if err := errors.Join(copyChunks(ctx, counted, file), file.Close()); err != nil {
		return Sum{}, 0, true, readError(ctx, err)
	}
	return Sum(hash.Sum(nil)), counted.n, true, nil
}

// readError is a failure to read a local file, unless ctx ended it.
func readError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return diskError("reading the file that exists", err)
}

type countingWriter struct {
	to io.Writer
	n  int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.to.Write(b)
	w.n += int64(n)
	return n, err
}

// part is the temporary file that a kit is written to. The digest is computed
// while writing, and its state is kept with the bytes: so whatever is resumed
// was hashed by this process, as it was written, and is not read again.
type part struct {
	place *place
	name  string
	file  *os.File
	hash  hash.Hash
	size  int64
}

func (p *place) newPart() (*part, error) {
	if err := p.open(true); err != nil {
		return nil, err
	}
	mode := fs.FileMode(0o644)
	if p.private {
		mode = 0o600
	}
	name := ".pingkit-" + rand.Text() + ".part"
	file, err := p.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, diskError("creating a temporary file", err)
	}
	return &part{place: p, name: name, file: file, hash: sha256.New()}, nil
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.hash.Write(b[:n]) // never fails, see hash.Hash
	p.size += int64(n)
	if err != nil {
		return n, diskError("writing", err)
	}
	return n, nil
}

func (p *part) sum() Sum { return Sum(p.hash.Sum(nil)) }

// restart forgets all bytes.
func (p *part) restart() error {
	if err := p.file.Truncate(0); err != nil {
		return diskError("emptying the temporary file", err)
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return diskError("emptying the temporary file", err)
	}
	p.hash.Reset()
	p.size = 0
	return nil
}

// errTaken says that a file of the name appeared meanwhile.
var errTaken = errors.New("taken")

// commit gives the file its name when its bytes are on the disk, and then makes
// sure that the name is, too.
func (p *part) commit() error {
	if err := p.file.Sync(); err != nil {
		return diskError("syncing", err)
	}
	if err := p.file.Close(); err != nil {
		return diskError("closing", err)
	}
	p.file = nil
	if err := p.rename(); err != nil {
		return err
	}
	p.name = ""
	return p.place.sync()
}

// rename replaces no file unless it may: a link fails where the name exists,
// while a rename would replace whatever came there since it was looked at.
func (p *part) rename() error {
	root, file := p.place.root, p.place.file
	if !p.place.overwrite {
		err := root.Link(p.name, file)
		if errors.Is(err, fs.ErrExist) {
			return errTaken
		}
		if err == nil {
			if err := root.Remove(p.name); err != nil {
				return diskError("removing the temporary name", errors.Join(err, root.Remove(file)))
			}
			return nil
		}
		// The file system knows no hard links: look, then rename.
		if _, err := root.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
			return errTaken
		}
	}
	if err := root.Rename(p.name, file); err != nil {
		return diskError("renaming", err)
	}
	return nil
}

// discard removes the temporary file. It does nothing after a commit.
func (p *part) discard() error {
	var errs []error
	if p.file != nil {
		errs = append(errs, p.file.Close())
		p.file = nil
	}
	if p.name != "" {
		errs = append(errs, p.place.root.Remove(p.name))
		p.name = ""
	}
	if err := errors.Join(errs...); err != nil {
		return diskError("a temporary file could not be removed", err)
	}
	return nil
}

// sync makes the directory's entries durable. Windows has no such call.
func (p *place) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := p.root.Open(".")
	if err != nil {
		return diskError("syncing the directory", err)
	}
	err = dir.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil // not every file system can sync a directory
	}
	if err := errors.Join(err, dir.Close()); err != nil {
		return diskError("syncing the directory", err)
	}
	return nil
}
