package fsutil

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Mount identifies the mount that a file or folder is on. Two mounts of one file
// system have one device and different mounts, and a rename cannot cross them
// either.
func Mount(f *os.File) (uint64, error) {
	stat, err := statx(f)
	if err != nil {
		return 0, err
	}
	if stat.Mask&unix.STATX_MNT_ID != 0 {
		return stat.Mnt_id, nil
	}
	return unix.Mkdev(stat.Dev_major, stat.Dev_minor), nil
}

// IsMount reports whether a file or folder is the root of a mount. Containers
// mount single files, which can be written and not replaced.
func IsMount(f *os.File) (bool, error) {
	stat, err := statx(f)
	return stat.Attributes_mask&stat.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0, err
}

func statx(f *os.File) (stat unix.Statx_t, err error) {
	for {
		err = unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &stat)
		if !errors.Is(err, syscall.EINTR) {
			return stat, err
		}
	}
}
