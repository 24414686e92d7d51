package download

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/pingkit/internal/fsutil"
)

// destination is the file of a kit and its directory. An os.Root opens all files, so
// that no symbolic link leads out of the directory.
type destination struct {
	base, dir, file string // base: see Request.Base
	private         bool
	temporary       bool
	overwrite       bool
	root            *os.Root // nil until the directory was opened
}

func (p *destination) path() string { return filepath.Join(p.dir, p.file) }

// open opens the directory if it exists; with create it exists afterwards.
func (p *destination) open(create bool) error {
	if p.root != nil {
		return nil
	}
	base := p.base
	if base == "" {
		base = p.dir
	}
	root, err := OpenWithin(base, p.dir, create)
	switch {
	case err == nil:
		p.root = root
	case errors.Is(err, ErrOutside):
		return failure(ErrOutside, "%v", err)
	case create || !errors.Is(err, fs.ErrNotExist):
		return diskError("opening the directory", err)
	}
	return nil
}

func (p *destination) close() error {
	if p.root == nil {
		return nil
	}
	return p.root.Close()
}

// existing returns the digest and the size of the file that has the name, if found.
func (p *destination) existing(ctx context.Context) (sum Sum, size int64, found bool, err error) {
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
	// A download reads and replaces no symbolic links or pipes.
	if !info.Mode().IsRegular() {
		return Sum{}, 0, true, failure(ErrExists, "%s exists and is no regular file; move it away or choose another directory", p.path())
	}
	file, err := p.root.Open(p.file)
	if err != nil {
		return Sum{}, 0, true, diskError("opening the file that exists", err)
	}
	sum, size, err = sumOf(ctx, file)
	if err = errors.Join(err, file.Close()); err != nil {
		if ctx.Err() != nil {
			return Sum{}, 0, true, ctx.Err()
		}
		return Sum{}, 0, true, diskError("reading the file that exists", err)
	}
	return sum, size, true, nil
}

// sumOf returns the digest and the size of what is left of r.
func sumOf(ctx context.Context, r io.Reader) (Sum, int64, error) {
	hash := sha256.New()
	counted := &countingWriter{to: hash}
	err := copyChunks(ctx, counted, r)
	return Sum(hash.Sum(nil)), counted.n, err
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

// sync syncs the directory to the disk after the file got its name.
func (p *destination) sync() error {
	if err := fsutil.Folder(p.root, "."); err != nil {
		return diskError("the file is there under its name, and may not survive a loss of power: syncing the directory", err)
	}
	return nil
}
