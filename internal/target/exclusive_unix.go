//go:build unix

package target

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// lockFile is used where the file system cannot lock a directory, as over NFS,
// which locks only what is open for writing. It stays: removing it would let two
// syncs hold the lock on two files of one name.
const lockFile = ".pingkit-lock"

// tryLock takes the target for this process, or returns nil where another holds
// it. The lock is on the directory itself, so that nothing is written, and ends
// with the process however that ends.
func tryLock(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = flock(f)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err == nil {
		return f, nil
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	f, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	err = flock(f)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
