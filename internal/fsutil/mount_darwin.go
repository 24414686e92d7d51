package fsutil

import (
	"os"
	"syscall"
)

// Mount identifies the file system that a file or folder is on.
func Mount(f *os.File) (uint64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, nil
	}
	return uint64(stat.Dev), nil
}

// IsMount reports whether a file is a mount by itself, which macOS has not.
func IsMount(*os.File) (bool, error) { return false, nil }
