package install

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// mountOf identifies the mount that a folder is on. Two mounts of one file system
// have one device and different mounts, and a rename cannot cross them either.
func mountOf(dir *os.File) (uint64, error) {
	stat, err := statx(dir)
	if err != nil {
		return 0, err
	}
	if stat.Mask&unix.STATX_MNT_ID != 0 {
		return stat.Mnt_id, nil
	}
	return unix.Mkdev(stat.Dev_major, stat.Dev_minor), nil
}

func statx(f *os.File) (stat unix.Statx_t, err error) {
	err = ignoringEINTR(func() error {
		return unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &stat)
	})
	return stat, err
}

// isMounted reports whether a file of the target is a mount of its own, as
// containers mount single files.
func isMounted(root *os.Root, path string) (bool, error) {
	info, err := root.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false, ignoreAbsent(err)
	}
	return in(root, path, func(f *os.File) (bool, error) {
		stat, err := statx(f)
		return stat.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT != 0 && stat.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0, err
	})
}

func ignoreAbsent(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
