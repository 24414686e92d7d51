package install

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/kitzip"
)

// stage puts all files that the journal writes into the stage, each verified
// against the lock. The first error stops the rest, and all errors are told.
func (o *Options) stage(ctx context.Context, root *os.Root, j *journal) error {
	if err := root.Mkdir(stageName, stageMode); err != nil {
		return diskError("creating the stage", err)
	}
	byKit := make(map[int][]operation)
	for _, op := range j.Writes {
		byKit[op.file.Kit] = append(byKit[op.file.Kit], op)
	}
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var failed []error
	var group errgroup.Group
	group.SetLimit(o.Workers)
	for _, i := range o.largestFirst(byKit) {
		k := o.Lock.Kits[i]
		group.Go(func() error {
			err := o.stageKit(stop, root, i, byKit[i])
			if err == nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			// Those that only stopped because of another one tell nothing.
			if ctx.Err() != nil || !errors.Is(err, context.Canceled) {
				failed = append(failed, fmt.Errorf("%s: %w", k, err))
			}
			cancel()
			return err
		})
	}
	switch err := group.Wait(); {
	case err == nil:
		j.verified = true
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("stopped before anything was changed: %w", ctx.Err())
	}
	return errors.Join(failed...)
}

// largestFirst orders the kits of which something is to be written so that no
// large one begins when the others are done.
func (o *Options) largestFirst(byKit map[int][]operation) []int {
	return slices.SortedFunc(maps.Keys(byKit), func(a, b int) int {
		return cmp.Or(cmp.Compare(o.Lock.Kits[b].Size, o.Lock.Kits[a].Size), cmp.Compare(a, b))
	})
}

// stageKit gets one archive and unpacks what is needed of it.
func (o *Options) stageKit(ctx context.Context, root *os.Root, index int, ops []operation) (err error) {
	k := o.Lock.Kits[index]
	// Downloads go into the stage as well: it may be the only place that can be
	// written, and is on the disk that has to hold the files anyway.
	archivePath := path.Join(stageName, "kit"+strconv.Itoa(index))
	archive, err := o.Source.Open(ctx, k, filepath.Join(o.Dir, filepath.FromSlash(archivePath)))
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, archive.Close())
		err = errors.Join(err, diskError("removing the downloaded archive", root.RemoveAll(archivePath)))
	}()
	info, err := archive.Stat()
	if err != nil {
		return diskError("reading the archive", err)
	}
	if info.Size() != k.Size {
		return fmt.Errorf("%w: the archive has %d bytes, and the lock says %d", download.ErrIntegrity, info.Size(), k.Size)
	}
	a, err := kitzip.OpenReader(archive, info.Size())
	if err != nil {
		return err
	}
	stage, err := root.OpenRoot(stageName)
	if err != nil {
		return diskError("opening the stage", err)
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	copier := a.Copier()
	for _, op := range ops {
		if err := o.unpack(ctx, stage, copier, op); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes a file of an archive into the stage and compares it with the
// lock: the lock, not the archive, says what a target holds.
func (o *Options) unpack(ctx context.Context, stage *os.Root, from *kitzip.Copier, op operation) error {
	f, err := stage.OpenFile(op.Stage, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return diskError("writing "+op.Path, err)
	}
	size, sum, err := from.Copy(ctx, f, op.file.From)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%w: the lock takes %q from the archive, which has no such file", download.ErrIntegrity, op.file.From)
	case errors.Is(err, kitzip.ErrUnsafe), errors.Is(err, kitzip.ErrDamaged), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case err != nil:
		err = diskError("writing "+op.Path, err)
	case sum != op.After || size != op.file.Size:
		err = fmt.Errorf("%w: %q in the archive is not the file that the lock says (sha256 %s, not %s)",
			download.ErrIntegrity, op.file.From, sum, op.After)
	default:
		err = diskError("writing "+op.Path, f.Chmod(o.FileMode.Perm()))
		fsutil.Start(f, 0, size)
	}
	return errors.Join(err, diskError("writing "+op.Path, f.Close()))
}
