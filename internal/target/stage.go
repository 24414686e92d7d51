package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"pingkit/internal/fetch"
	"pingkit/internal/kit"
)

// stage puts all files that the journal writes into the stage, each verified
// against the lock and durable. The first error stops the rest, and all errors
// are told.
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
	for i, k := range o.Lock.Kits {
		if len(byKit[i]) == 0 {
			continue
		}
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
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("stopped before anything was changed: %w", ctx.Err())
	}
	return errors.Join(failed...)
}

// stageKit gets one archive and unpacks what is needed of it.
func (o *Options) stageKit(ctx context.Context, root *os.Root, index int, ops []operation) (err error) {
	k := o.Lock.Kits[index]
	// Downloads go into the stage as well: it may be the only place that can be
	// written, and is on the disk that has to hold the files anyway.
	download := path.Join(stageName, "kit"+strconv.Itoa(index))
	if err := root.Mkdir(download, stageMode); err != nil {
		return diskError("creating the stage", err)
	}
	archive, err := o.Source.Open(ctx, k, filepath.Join(o.Dir, filepath.FromSlash(download)))
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, archive.Close())
		err = errors.Join(err, diskError("removing the downloaded archive", root.RemoveAll(download)))
	}()
	info, err := archive.Stat()
	if err != nil {
		return diskError("reading the archive", err)
	}
	if info.Size() != k.Size {
		return fmt.Errorf("%w: the archive has %d bytes, and the lock says %d", fetch.ErrIntegrity, info.Size(), k.Size)
	}
	a, err := kit.OpenReader(archive, info.Size())
	if err != nil {
		return err
	}
	stage, err := root.OpenRoot(stageName)
	if err != nil {
		return diskError("opening the stage", err)
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	return o.unpack(ctx, stage, a, ops)
}

// unpack writes files of an archive into the stage and compares them with the
// lock: the lock, not the archive, says what a target holds.
func (o *Options) unpack(ctx context.Context, stage *os.Root, a *kit.Archive, ops []operation) error {
	known := make(map[string]bool)
	for _, f := range a.Files() {
		known[f.Path] = true
	}
	files := make([]kit.Placed, len(ops))
	for i, op := range ops {
		if !known[op.file.From] {
			return fmt.Errorf("%w: the lock takes %q from the archive, which has no such file", fetch.ErrIntegrity, op.file.From)
		}
		files[i] = kit.Placed{From: op.file.From, To: op.Stage, Size: op.file.Size}
	}
	written, err := a.Extract(ctx, stage, files, kit.ExtractOptions{FileMode: o.FileMode})
	switch {
	case errors.Is(err, kit.ErrUnsafe), errors.Is(err, kit.ErrDamaged), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case err != nil:
		return diskError("unpacking", err)
	}
	for i, w := range written {
		if op := ops[i]; w.SHA256 != op.After || w.Size != op.file.Size {
			return fmt.Errorf("%w: %q in the archive is not the file that the lock says (sha256 %s, not %s)",
				fetch.ErrIntegrity, op.file.From, w.SHA256, op.After)
		}
		if err := syncFile(stage, w.Path); err != nil {
			return diskError("writing "+ops[i].Path, err)
		}
	}
	return nil
}

// syncFile makes the contents of a file durable. Windows wants it open for
// writing, elsewhere its mode may forbid that.
func syncFile(root *os.Root, name string) error {
	flag := os.O_RDONLY
	if runtime.GOOS == "windows" {
		flag = os.O_RDWR
	}
	f, err := root.OpenFile(name, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
