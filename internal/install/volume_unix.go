//go:build linux || darwin

package install

import (
	"errors"
	"fmt"
	"math"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const errNoSpace = syscall.ENOSPC

// mayNotWrite returns why a folder cannot be changed, and with fs.ErrPermission
// whose it is.
func mayNotWrite(dir *os.File) (who string, err error) {
	err = unix.Faccessat(int(dir.Fd()), ".", unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if err == nil || errors.Is(err, errors.ErrUnsupported) {
		return "", nil
	}
	info, statErr := dir.Stat()
	if statErr != nil {
		return "", errors.Join(err, statErr)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		who = fmt.Sprintf("it belongs to user %d and group %d with mode %04o, and pingkit runs as user %d and group %d",
			stat.Uid, stat.Gid, info.Mode().Perm(), os.Geteuid(), os.Getegid())
	}
	return who, err
}

// freeBytes returns what the file system of a folder has left for this user, or
// -1 where it does not say.
func freeBytes(dir *os.File) (int64, error) {
	var stat unix.Statfs_t
	err := ignoringEINTR(func() error { return unix.Fstatfs(int(dir.Fd()), &stat) })
	if errors.Is(err, errors.ErrUnsupported) || err == nil && stat.Blocks == 0 {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	size := uint64(stat.Bsize)
	if size > 0 && stat.Bavail > math.MaxInt64/size {
		return math.MaxInt64, nil
	}
	return int64(stat.Bavail * size), nil
}

func ignoringEINTR(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
