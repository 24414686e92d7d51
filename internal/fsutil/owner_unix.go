//go:build unix

package fsutil

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// checkOwnedAlone refuses a folder that another user owns or may write to.
func checkOwnedAlone(path string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("%s belongs to user %d, and this is user %d", path, stat.Uid, os.Getuid())
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s has mode %04o: other users may write to it", path, info.Mode().Perm())
	}
	return nil
}
