//go:build !linux && !darwin

package fsutil

// Free knows nothing of this system's disks.
func Free(string) (bytes int64, ok bool) { return 0, false }
