package download

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"

	"example.com/pingkit/internal/fsutil"
)

// part is the temporary file of a kit. Its digest is computed while it is written:
// a resumed transfer continues bytes that this process hashed.
type part struct {
	destination *destination
	name        string
	file        *os.File
	hash        hash.Hash
	size        int64
	begun       int64 // bytes whose write-back the system has started
}

func (p *destination) newPart() (*part, error) {
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
	return &part{destination: p, name: name, file: file, hash: sha256.New()}, nil
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.hash.Write(b[:n]) // never fails, see hash.Hash
	p.size += int64(n)
	if err != nil {
		return n, diskError("writing", err)
	}
	if n := p.size - p.begun; n >= ahead && !p.destination.temporary {
		fsutil.Start(p.file, p.begun, n)
		p.begun = p.size
	}
	return n, nil
}

// ahead is how many bytes are written before their write-back starts, so that the
// sync at the end is short.
const ahead = 8 << 20

func (p *part) sum() Sum { return Sum(p.hash.Sum(nil)) }

// restart discards all bytes.
func (p *part) restart() error {
	if err := p.file.Truncate(0); err != nil {
		return diskError("emptying the temporary file", err)
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return diskError("emptying the temporary file", err)
	}
	p.hash.Reset()
	p.size, p.begun = 0, 0
	return nil
}

// errTaken says that a file of the name appeared in the meantime.
var errTaken = errors.New("taken")

// commit syncs the bytes, gives the file its name and syncs the directory. A
// temporary download only gets its name.
func (p *part) commit() error {
	if !p.destination.temporary {
		if err := p.file.Sync(); err != nil {
			return diskError("syncing", err)
		}
	}
	if err := p.file.Close(); err != nil {
		return diskError("closing", err)
	}
	p.file = nil
	if err := p.rename(); err != nil {
		return err
	}
	p.name = ""
	if p.destination.temporary {
		return nil
	}
	return p.destination.sync()
}

// rename gives the file its name. Without overwrite it makes a hard link, which
// fails if the name exists; a rename would replace a file that appears late.
func (p *part) rename() error {
	root, file := p.destination.root, p.destination.file
	if !p.destination.overwrite {
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
		// The file system has no hard links: check, then rename.
		switch _, err := root.Lstat(file); {
		case err == nil:
			return errTaken
		case !errors.Is(err, fs.ErrNotExist):
			return diskError("looking for the file", err)
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
		errs = append(errs, p.destination.root.Remove(p.name))
		p.name = ""
	}
	if err := errors.Join(errs...); err != nil {
		return diskError("a temporary file could not be removed", err)
	}
	return nil
}
