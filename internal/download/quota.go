package download

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Errors of a download that the quota refuses.
var (
	ErrBusy = errors.New("too many downloads are running on this server; try again in a minute")
	ErrFull = errors.New("the server's download directory is full: the operator of the server can remove unused kits, or raise --download-quota-mb")
)

// Quota bounds what the downloads of a shared server take: how many run at a time,
// and how many bytes their directory holds. A nil Quota bounds nothing. It is safe
// for concurrent use.
type Quota struct {
	dir    string
	atOnce int
	bytes  int64

	mu       sync.Mutex
	running  int
	reserved int64
	used     int64     // as measured, and what was stored since
	measured time.Time // zero: not yet
	stored   bool      // something was, since then

	now     func() time.Time
	measure func(dir string) (int64, error)
}

// remeasure is how long a measured size is used, although other processes may add
// or remove files. Measuring walks the whole directory.
const remeasure = time.Minute

// NewQuota returns a Quota for the directory dir, which need not exist yet: atOnce
// downloads at a time, and bytes in all of its files. Zero means no bound.
func NewQuota(dir string, atOnce int, bytes int64) *Quota {
	return &Quota{dir: dir, atOnce: atOnce, bytes: bytes, now: time.Now, measure: directorySize}
}

// Reserve reserves room for a download of at most most bytes, and returns how many
// bytes it may have. That can be zero, so that existing files can still be used.
// The caller calls release once, with the number of bytes that the download added
// to the directory. The error is [ErrBusy], or one of reading the directory.
func (q *Quota) Reserve(most int64) (room int64, release func(stored int64), err error) {
	if q == nil {
		return most, func(int64) {}, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.atOnce > 0 && q.running >= q.atOnce {
		return 0, nil, ErrBusy
	}
	room = most
	if q.bytes > 0 {
		if room, err = q.room(most); err != nil {
			return 0, nil, err
		}
	}
	q.running++
	q.reserved += room
	var once sync.Once
	return room, func(stored int64) {
		once.Do(func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.running--
			q.reserved -= room
			q.used += stored
			q.stored = q.stored || stored > 0
		})
	}, nil
}

// room returns how many of most bytes are left. It measures the directory when the
// measured size is old, or when it may be too high and does not leave enough.
func (q *Quota) room(most int64) (int64, error) {
	left := func() int64 { return min(most, max(0, q.bytes-q.used-q.reserved)) }
	if now := q.now(); q.measured.IsZero() || now.Sub(q.measured) >= remeasure || q.stored && left() < most {
		used, err := q.measure(q.dir)
		if err != nil {
			return 0, err
		}
		q.used, q.measured, q.stored = used, now, false
	}
	return left(), nil
}

// abandoned is how old the temporary file of a killed process is at least: no
// download pauses for that long.
const abandoned = 24 * time.Hour

// directorySize returns the bytes of the regular files below dir. It skips files
// that vanish meanwhile, and removes abandoned temporary files.
func directorySize(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
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
		if err != nil {
			return err
		}
		if temporary, _ := filepath.Match(".pingkit-*.part", entry.Name()); temporary && time.Since(info.ModTime()) > abandoned && os.Remove(path) == nil {
			return nil
		}
		total += info.Size()
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("measuring the download directory failed: %w", err)
	}
	return total, nil
}
