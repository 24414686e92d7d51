package httptransport

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"example.com/pingkit/internal/download"
)

// maxVerified is how many kits stay open between the requests of a download.
const maxVerified = 16

// verified keeps kits open that were verified a short time ago, so that the
// further parts of a download need neither the catalog nor a hash of the file.
type verified struct {
	open func(ctx context.Context, order download.Order) (*os.File, error)
	now  func() time.Time

	mu   sync.Mutex
	kits map[download.Order]*verifiedKit
}

// verifiedKit is an open file. It goes on holding the bytes that were verified
// when another file takes its name; a change in place shows in its status.
type verifiedKit struct {
	file     *os.File
	size     int64
	modified time.Time
	expires  time.Time
	users    int
	kept     bool // in the map
}

// acquire returns a kit, from the start, and a function that gives it back.
func (v *verified) acquire(ctx context.Context, order download.Order) (content io.ReadSeeker, modified time.Time, release func() error, err error) {
	k := v.find(order)
	if k == nil {
		file, err := v.open(ctx, order)
		if err != nil {
			return nil, time.Time{}, nil, err
		}
		if k, err = v.add(order, file); err != nil {
			return nil, time.Time{}, nil, err
		}
	}
	return io.NewSectionReader(k.file, 0, k.size), k.modified, func() error { return v.release(k) }, nil
}

// find returns a kit that is open, unexpired and unchanged, and closes the kits
// that have expired.
func (v *verified) find(order download.Order) *verifiedKit {
	v.mu.Lock()
	defer v.mu.Unlock()
	for other, k := range v.kits {
		info, err := k.file.Stat()
		if v.now().After(k.expires) || err != nil || info.Size() != k.size || !info.ModTime().Equal(k.modified) {
			v.drop(other)
		}
	}
	k := v.kits[order]
	if k != nil {
		k.users++
	}
	return k
}

func (v *verified) add(order download.Order, file *os.File) (*verifiedKit, error) {
	info, err := file.Stat()
	if err != nil {
		_ = file.Close() // it was only read
		return nil, err
	}
	k := &verifiedKit{file: file, size: info.Size(), modified: info.ModTime(), expires: v.now().Add(linkLifetime), users: 1}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.kits[order] == nil && len(v.kits) < maxVerified {
		if v.kits == nil {
			v.kits = map[download.Order]*verifiedKit{}
		}
		v.kits[order], k.kept = k, true
	}
	return k, nil
}

// release closes a kit that is neither kept nor used by another request.
func (v *verified) release(k *verifiedKit) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if k.users--; k.users > 0 || k.kept {
		return nil
	}
	return k.file.Close()
}

// drop forgets a kit; v.mu is held.
func (v *verified) drop(order download.Order) {
	k := v.kits[order]
	delete(v.kits, order)
	if k.kept = false; k.users == 0 {
		_ = k.file.Close() // it was only read
	}
}
