//go:build linux || darwin

package fsutil

import "syscall"

// Free returns how many bytes this user may still write to the file system of a
// path; ok is false where the file system does not say.
func Free(path string) (bytes int64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil || s.Blocks == 0 {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
