// Package quota bounds what the downloads of a shared server take: how many run
// at a time, and how many bytes their directory holds.
package quota

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
)

// Errors of a download that has no place.
var (
	ErrBusy = errors.New("too many downloads are running on this server; try again in a minute")
	ErrFull = errors.New("the server's download directory is full: whoever runs the server removes kits there that nobody needs, or allows more")
)

// Quota bounds the downloads into one directory. A nil Quota bounds nothing. It
// is safe for concurrent use.
type Quota struct {
	dir    string
	atOnce int
	bytes  int64

	mu       sync.Mutex
	running  int
	reserved int64
}

// New returns the bounds of the directory dir, which need not exist yet: atOnce
// downloads at a time, and so many bytes in all of its files. Zero means no
// bound.
func New(dir string, atOnce int, bytes int64) *Quota {
	return &Quota{dir: dir, atOnce: atOnce, bytes: bytes}
}

// Reserve takes a place for a download of at most most bytes, which keeps those
// of others from taking it as well, and returns how many bytes it may have. That
// can be zero, so that what is there already can still be had. release gives the
// place back when the bytes are in the directory, or will never be. The error is
// ErrBusy, or one of reading the directory.
func (q *Quota) Reserve(most int64) (room int64, release func(), err error) {
	if q == nil {
		return most, func() {}, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.atOnce > 0 && q.running >= q.atOnce {
		return 0, nil, ErrBusy
	}
	room = most
	if q.bytes > 0 {
		used, err := size(q.dir)
		if err != nil {
			return 0, nil, err
		}
		room = min(most, max(0, q.bytes-used-q.reserved))
	}
	q.running++
	q.reserved += room
	return room, sync.OnceFunc(func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running--
		q.reserved -= room
	}), nil
}

// size is how many bytes the regular files below dir have. Files that vanish
// meanwhile, as temporary ones do, have none.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measuring the download directory failed: %w", err)
	}
	return total, nil
}
