package resolve

import (
	"context"
	"errors"
	"example.com/pingkit/internal/lockfile"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/internal/download"
)

// Mirrored is a kit that stands in a mirror.
type Mirrored struct {
	Kit    string `json:"kit"` // name and version
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Copied bool   `json:"copied"` // false: it was there already
}

// Mirror copies every locked kit into dir, and the lock beside them. The
// directory has the form of a cache: given as --cache-dir it serves a sync
// without network, from a volume, an image or a copy made by a web server. Kits
// that are there already are verified and not copied again.
func Mirror(ctx context.Context, dir string, l *lockfile.Lock, source *Archives) ([]Mirrored, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the mirror: %w: %w", download.ErrDisk, err)
	}
	mirror := &Archives{Cache: download.NewCache(dir)}
	mirrored := make([]Mirrored, len(l.Kits))
	failed := make([]error, len(l.Kits))
	var group errgroup.Group
	group.SetLimit(download.DefaultWorkers)
	for i, k := range l.Kits {
		group.Go(func() error {
			mirrored[i] = Mirrored{Kit: k.String(), SHA256: k.SHA256, Bytes: k.Size}
			copied, err := source.copy(ctx, k, mirror, dir)
			mirrored[i].Copied = copied
			if err != nil {
				failed[i] = fmt.Errorf("%s: %w", k, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("stopped; what is in the mirror is whole: %w", err)
	}
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	_, err := lockfile.Save(filepath.Join(dir, lockfile.DefaultLock), l)
	return mirrored, err
}

// copy puts one kit into the mirror in dir, unless it is there.
func (a *Archives) copy(ctx context.Context, k lockfile.Kit, mirror *Archives, dir string) (copied bool, err error) {
	there, err := mirror.local(ctx, k.SHA256)
	if err != nil {
		return false, err
	}
	if there != nil {
		return false, there.Close()
	}
	temp, err := os.MkdirTemp(dir, ".new-*")
	if err != nil {
		return false, fmt.Errorf("making the mirror: %w: %w", download.ErrDisk, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	f, err := a.Open(ctx, k, temp)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, err := download.ParseDigest(k.SHA256)
	if err != nil {
		return false, err
	}
	err = mirror.Cache.Put(ctx, sum, f)
	if err != nil && !errors.Is(err, download.ErrIntegrity) && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", download.ErrDisk, err)
	}
	if err != nil {
		return false, fmt.Errorf("copying into the mirror: %w", err)
	}
	return true, nil
}
