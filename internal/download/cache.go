package download

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/pingkit/internal/fsutil"
)

// Cache keeps kits by their digest, so that many downloads of one kit are one
// transfer. An entry is the file sha256/ab/abcdef… below the cache's directory.
//
// Whoever can write there could put other bytes in place, and a crash can leave
// half a file: so an entry is verified whenever it is read. One that is not what its
// name says is an [*AlteredError], and is kept under another name as evidence. Writing is atomic, also between processes. Nothing
// is ever evicted; deleting the directory is safe at any time.
//
// A nil *Cache holds nothing and takes nothing.
type Cache struct {
	dir string
}

// NewCache returns the cache in dir, which is created when the first entry is
// written; nil if dir is empty.
func NewCache(dir string) *Cache {
	if dir == "" {
		return nil
	}
	return &Cache{dir: dir}
}

// Open returns the verified entry for sum, at its beginning, for the caller to
// close. Without an entry the error is fs.ErrNotExist; an entry with other contents
// is an [*AlteredError].
func (c *Cache) Open(ctx context.Context, sum Sum) (*os.File, error) {
	file, err := c.open(sum)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if err := copyChunks(ctx, hash, file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if have := Sum(hash.Sum(nil)); have != sum {
		return nil, errors.Join(c.setAside(sum, have), file.Close())
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// open returns the entry for sum without having verified it.
func (c *Cache) open(sum Sum) (*os.File, error) {
	if c == nil {
		return nil, fs.ErrNotExist
	}
	path := c.path(sum)
	// Only a regular file: opening a pipe would wait for its other end.
	if info, err := os.Lstat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the cache's entry is no regular file: %w", fs.ErrNotExist)
	}
	return os.Open(path)
}

// AlteredError says that an entry of the cache, or of a mirror, is not what its
// name says. It matches [ErrIntegrity].
type AlteredError struct {
	Want, Have string // SHA-256 in hexadecimal; Have is empty for an entry that was set aside before
	Path       string // where the altered entry is now
}

func (e *AlteredError) Error() string {
	have := ""
	if e.Have != "" {
		have = ": its bytes have the sha256 " + e.Have
	}
	return fmt.Sprintf("the cache's entry for the sha256 %s was altered%s; it is kept as %s", e.Want, have, e.Path)
}

// Is makes [ErrIntegrity] match.
func (e *AlteredError) Is(target error) bool { return target == ErrIntegrity }

// alteredMark stands between the name of an entry and the digest that it has.
const alteredMark = ".altered-"

// setAside renames an altered entry, so that the next download can replace it, and
// returns the error that says so. Where the cache is read-only the entry stays.
func (c *Cache) setAside(want, have Sum) error {
	altered := &AlteredError{Want: want.String(), Have: have.String(), Path: c.path(want) + alteredMark + have.String()[:16]}
	switch err := os.Rename(c.path(want), altered.Path); {
	case err == nil, errors.Is(err, fs.ErrNotExist): // another process was faster
		return altered
	default:
		altered.Path = c.path(want)
		return errors.Join(altered, fmt.Errorf("setting it aside: %w", err))
	}
}

// Altered returns an [*AlteredError] where the entry for sum was set aside, for a
// caller who cannot download the kit again; else nil.
func (c *Cache) Altered(sum Sum) error {
	if c == nil {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(c.path(sum)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), sum.String()+alteredMark) {
			return &AlteredError{Want: sum.String(), Path: filepath.Join(filepath.Dir(c.path(sum)), entry.Name())}
		}
	}
	return nil
}

// Put stores what src holds, which must have the digest sum; otherwise nothing
// is stored and the error is [ErrIntegrity]. It is not synced to the disk, as
// entries are verified when they are read.
func (c *Cache) Put(ctx context.Context, sum Sum, src io.Reader) error {
	return c.store(sum, func(file *os.File) error {
		hash := sha256.New()
		if err := copyChunks(ctx, io.MultiWriter(file, hash), src); err != nil {
			return err
		}
		if Sum(hash.Sum(nil)) != sum {
			return fmt.Errorf("%w: what was to be cached has another digest", ErrIntegrity)
		}
		return nil
	})
}

// take stores a file whose digest was computed while it was written. Its bytes
// are not read by this process: the system copies them by itself where it can.
func (c *Cache) take(ctx context.Context, sum Sum, src *os.File) error {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return c.store(sum, func(file *os.File) error {
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			switch _, err := io.CopyN(file, src, copied); err {
			case nil:
			case io.EOF:
				return nil
			default:
				return err
			}
		}
	})
}

// link makes the file at path, whose digest was computed while it was written, an
// entry without copying it, and reports whether that could be done.
func (c *Cache) link(sum Sum, path string) bool {
	if c == nil {
		return false
	}
	return c.enter(sum, func(entry string) error { return os.Link(path, entry) }) == nil
}

// enter has place make the entry for sum, whose folder is there for it. Where that
// fails, an empty folder is removed.
func (c *Cache) enter(sum Sum, place func(entry string) error) error {
	entry := c.path(sum)
	folder := filepath.Dir(entry)
	_, statErr := os.Lstat(folder)
	made := errors.Is(statErr, fs.ErrNotExist)
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		err = place(entry)
	}
	if err != nil && made {
		// They may hold entries of other processes by now, and stay then.
		_ = os.Remove(folder)
		_ = os.Remove(filepath.Dir(folder))
	}
	return err
}

// store makes an entry of what fill writes. The folder of the entry is made last:
// without an entry there is none.
func (c *Cache) store(sum Sum, fill func(*os.File) error) (err error) {
	if c == nil {
		return nil
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(c.dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err = fill(file); err == nil {
		err = fsutil.Chmod(file, 0o644)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return c.enter(sum, func(entry string) error { return os.Rename(file.Name(), entry) })
}

// TempDir makes a folder beside the entries, for the caller to remove.
func (c *Cache) TempDir() (string, error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(c.dir, ".new-*")
}

func (c *Cache) path(sum Sum) string {
	name := sum.String()
	return filepath.Join(c.dir, "sha256", name[:2], name)
}

// chunk is the size of the one buffer of a transfer, and how far apart its
// progress events are.
const chunk = 256 << 10

// copied is how many bytes the system copies before a context is looked at.
const copied = 32 << 20

// copyChunks copies src to dst until its end, and stops when ctx ends.
func copyChunks(ctx context.Context, dst io.Writer, src io.Reader) error {
	buffer := make([]byte, chunk)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := src.Read(buffer)
		if n > 0 {
			if _, err := dst.Write(buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
