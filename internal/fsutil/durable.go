// Package fsutil brings what was written to the disk, so that it survives a loss
// of power.
package fsutil

import (
	"errors"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many files are synced at a time. A file system makes one turn to
// the disk for all who wait for it.
const atOnce = 8

// Files makes the contents of files of root durable. It takes the least time
// where [Start] was called for each.
func Files(root *os.Root, names []string) error {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, name := range names {
		group.Go(func() error { return file(root, name) })
	}
	return group.Wait()
}

// file syncs one file. Windows wants it open for writing, elsewhere its mode may
// forbid that.
func file(root *os.Root, name string) error {
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

// Folder makes durable which names are in a folder of root. Not every file system
// has such a call, and Windows keeps its folders in order by itself.
func Folder(root *os.Root, name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
