//go:build unix

package install

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
func tryLock(dir string) (*held, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err == nil {
		return &held{f}, nil
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	f, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	err = flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &held{f}, nil
}

// held is a target that this process has for itself.
type held struct{ file *os.File }

// Close gives the target back. Closing the file alone would not do while a
// process that is just being started shares it.
func (h *held) Close() error {
	return errors.Join(flock(h.file, syscall.LOCK_UN), h.file.Close())
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
