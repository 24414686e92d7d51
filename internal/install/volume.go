package install

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"

	"example.com/pingkit/internal/fsutil"
)

// volume is a file system that holds folders of the target: the target's own, or
// one that is mounted inside it. A rename cannot cross from one to another, so
// each has a stage of its own.
type volume struct {
	top string // the topmost folder on the way to it; "." is the target
	id  uint64
}

// volumes finds volumes, and remembers them by folder.
type volumes struct {
	root  *os.Root
	known map[string]volume
}

// of returns the volume of a folder; where that does not exist yet, it is the one
// of the folder that it will be made in, which is returned too.
func (v *volumes) of(dir string) (_ volume, nearest string, err error) {
	above := volume{top: "."}
	if dir != "." {
		above, nearest, err = v.of(path.Dir(dir))
		if err != nil || nearest != path.Dir(dir) {
			return above, nearest, err
		}
	}
	if found, ok := v.known[dir]; ok {
		return found, dir, nil
	}
	info, err := v.root.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || err != nil && fsutil.IsBlocked(v.root, err) || err == nil && !info.IsDir() {
		return above, nearest, nil // or a file stands there, which is removed
	}
	if err != nil {
		return volume{}, "", err
	}
	f, err := v.root.Open(dir)
	if err != nil {
		return volume{}, "", err
	}
	id, err := fsutil.Mount(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return volume{}, "", err
	}
	found := volume{above.top, id}
	if dir == "." || id != above.id {
		found.top = dir
	}
	v.known[dir] = found
	return found, dir, nil
}

// prepare gives each write its stage, and finds out whether all of the journal can
// be carried out, before anything is fetched or removed.
func (j *journal) prepare(root *os.Root) error {
	v := &volumes{root, make(map[string]volume)}
	changed := make(map[string]bool) // folders whose entries change
	needed := make(map[string]int64) // bytes, by the top of the volume
	for i := range j.Writes {
		op := &j.Writes[i]
		on, nearest, err := v.of(path.Dir(op.Path))
		if err != nil {
			return diskError("looking at the folder of "+op.Path, err)
		}
		changed[nearest] = true
		needed[on.top] += op.file.Size
		if on.top != "." {
			op.StageIn = on.top
		}
	}
	for _, op := range j.Removes {
		changed[path.Dir(op.Path)] = true
	}
	for _, op := range slices.Concat(j.Removes, j.Writes) {
		if op.Before == "" {
			continue
		}
		mounted, err := isMounted(root, op.Path)
		if err != nil {
			return diskError("looking at "+op.Path, err)
		}
		if mounted {
			return diskError("checking the target", fmt.Errorf("%s is mounted by itself, and cannot be replaced or removed; unmount it, or keep it out of the lock by exclude in the manifest", op.Path))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(changed)) {
		if err := checkWritable(root, dir); err != nil {
			return diskError("checking the target", err)
		}
	}
	for _, top := range slices.Sorted(maps.Keys(needed)) {
		if err := checkSpace(root, top, needed[top]); err != nil {
			return diskError("checking the target", err)
		}
	}
	return nil
}

// in opens a folder and asks about it.
func in[T any](root *os.Root, dir string, ask func(*os.File) (T, error)) (answer T, err error) {
	f, err := root.Open(dir)
	if err != nil {
		return answer, err
	}
	answer, err = ask(f)
	return answer, errors.Join(err, f.Close())
}

// isMounted reports whether a file of the target is a mount by itself.
func isMounted(root *os.Root, path string) (bool, error) {
	info, err := root.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return in(root, path, fsutil.IsMount)
}

// checkWritable says who may not change which folder.
func checkWritable(root *os.Root, dir string) error {
	who, err := in(root, dir, mayNotWrite)
	if err == nil {
		return nil
	}
	where := path.Join(root.Name(), dir)
	if errors.Is(err, fs.ErrPermission) && who != "" {
		return fmt.Errorf("cannot write to the folder %s: %w; %s", where, err, who)
	}
	return fmt.Errorf("cannot write to the folder %s: %w", where, err)
}

// checkSpace compares the bytes that a volume needs for new files with those that
// it has. Old files are removed only when the new ones are there.
func checkSpace(root *os.Root, top string, needed int64) error {
	free, err := in(root, top, freeBytes)
	if err != nil {
		return fmt.Errorf("asking for the free space of %s: %w", path.Join(root.Name(), top), err)
	}
	if free >= 0 && free < needed {
		return fmt.Errorf("%s has %d bytes free, and the new files need %d: %w", path.Join(root.Name(), top), free, needed, errNoSpace)
	}
	return nil
}
