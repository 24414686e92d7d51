package install

import (
	"os"
	"syscall"
)

// mountOf identifies the file system that a folder is on.
func mountOf(dir *os.File) (uint64, error) {
	info, err := dir.Stat()
	if err != nil {
		return 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, nil
	}
	return uint64(stat.Dev), nil
}

// isMounted reports whether a file is a mount of its own, which macOS has not.
func isMounted(*os.Root, string) (bool, error) { return false, nil }
