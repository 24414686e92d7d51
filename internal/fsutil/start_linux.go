//go:build amd64 || arm64

package fsutil

import (
	"os"
	"syscall"
)

// beginWrite is SYNC_FILE_RANGE_WRITE of sync_file_range(2).
const beginWrite = 2

// Start has the system begin to bring n bytes of a file from offset on to the
// disk, and does not wait for it: a sync then finds less to do. It is a hint, and
// makes nothing durable by itself.
func Start(f *os.File, offset, n int64) {
	_ = syscall.SyncFileRange(int(f.Fd()), offset, n, beginWrite) // a file system without it loses nothing but time
}
