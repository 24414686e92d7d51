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

	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
)

// stage puts all files that the journal writes into the stage, each verified
// against the lock. The first error stops the rest, and all errors are told.
func (o *Options) stage(ctx context.Context, root *os.Root, j *journal) error {
	if err := j.makeStages(root); err != nil {
		return err
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
		return fmt.Errorf("%w: the archive has %d bytes, and the lock says %d", kitzip.ErrIntegrity, info.Size(), k.Size)
	}
	a, err := kitzip.OpenReader(archive, info.Size())
	if err != nil {
		return err
	}
	copier := a.Copier()
	for _, op := range ops {
		if err := o.unpack(ctx, root, copier, op); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes a file of an archive into the stage and compares it with the
// lock: the lock, not the archive, says what a target holds.
func (o *Options) unpack(ctx context.Context, root *os.Root, from *kitzip.Copier, op operation) error {
	f, err := root.OpenFile(op.staged(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, o.FileMode.Perm())
	if err != nil {
		return diskError("writing "+op.Path, err)
	}
	size, sum, err := from.Copy(ctx, f, op.file.From)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%w: the lock takes %q from the archive, which has no such file", kitzip.ErrIntegrity, op.file.From)
	case errors.Is(err, kitzip.ErrUnsafe), errors.Is(err, kitzip.ErrDamaged), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case err != nil:
		err = diskError("writing "+op.Path, err)
	case sum != op.After || size != op.file.Size:
		err = fmt.Errorf("%w: %q in the archive is not the file that the lock says (sha256 %s, not %s)",
			kitzip.ErrIntegrity, op.file.From, sum, op.After)
	default:
		err = diskError("writing "+op.Path, fsutil.Chmod(f, o.FileMode.Perm()))
		fsutil.Start(f, 0, size)
	}
	return errors.Join(err, diskError("writing "+op.Path, f.Close()))
}

// stagesName is the file of the stage that lists the stages on other volumes, so
// that they are found when the process was killed before it wrote the journal.
const stagesName = "stages.json"

// otherStages lists the folders besides the target that hold a stage.
func (j *journal) otherStages() []string {
	in := make(map[string]bool)
	for _, op := range j.Writes {
		if op.StageIn != "" {
			in[op.StageIn] = true
		}
	}
	return slices.Sorted(maps.Keys(in))
}

// makeStages makes the stage of the target and those on other volumes.
func (j *journal) makeStages(root *os.Root) error {
	if err := root.Mkdir(stageName, stageMode); err != nil {
		return diskError("creating the stage", err)
	}
	others := j.otherStages()
	if len(others) == 0 {
		return nil
	}
	list, err := encodeJSON(others)
	if err != nil {
		return err
	}
	if err := writeFile(root, path.Join(stageName, stagesName), list); err != nil {
		return diskError("listing the stages", err)
	}
	if err := removeStages(root, others); err != nil {
		return err
	}
	for _, in := range others {
		if err := root.Mkdir(path.Join(in, stageName), stageMode); err != nil {
			return diskError("creating the stage in "+in, err)
		}
	}
	return nil
}

// discardStage removes the stage of the target, and those that it lists.
func discardStage(root *os.Root) error {
	info, err := root.Lstat(stageName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var raw []byte
	if err == nil && info.IsDir() {
		raw, err = readState(root, path.Join(stageName, stagesName))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError("reading the list of stages", err)
	}
	var others []string
	if decodeStrict(raw, &others) == nil { // half a list was written before any stage
		for _, in := range others {
			if err := lockfile.CheckPath(in); err != nil {
				return &JournalError{err}
			}
		}
	}
	return removeStages(root, append(others, ""))
}

// removeStages removes the stages in these folders; the target's own is in "".
func removeStages(root *os.Root, folders []string) error {
	for _, in := range folders {
		if err := root.RemoveAll(path.Join(in, stageName)); err != nil {
			return diskError("removing the stage", err)
		}
	}
	return nil
}
