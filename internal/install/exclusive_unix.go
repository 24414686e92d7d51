//go:build unix

package install

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"example.com/pingkit/internal/fsutil"
)

// lockFile is used where the file system cannot lock a directory, as over NFS,
// which locks only what is open for writing. It stays: removing it would let two
// syncs hold the lock on two files of one name.
const lockFile = ".pingkit-lock"

// tryLock takes the target for this process, or returns nil where another holds
// it. The lock is on the directory itself, so that nothing is written, and ends
// with the process however that ends. Where the file system has no locks, or no
// lock file can be made, the target is not locked, and held says why.
func tryLock(dir string) (*held, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	h, err := lockOpen(f, ".")
	if err == nil || !lacksLocks(err) {
		return h, err
	}
	f, err = os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		// Then the stage cannot be made either: this sync only finds that there is
		// nothing to do, or fails.
		return &held{}, nil
	case err != nil:
		return nil, err
	}
	h, err = lockOpen(f, lockFile)
	if err != nil && lacksLocks(err) {
		return &held{unlocked: fsutil.Cause(err)}, nil
	}
	return h, err
}

// lockOpen locks an open file or directory, and closes it where it cannot.
func lockOpen(f *os.File, name string) (*held, error) {
	err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &held{file: f, name: name}, nil
	}
	closeErr := f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, closeErr
	}
	return nil, errors.Join(os.NewSyscallError("flock", err), closeErr)
}

// lacksLocks reports an error of flock that stays: NFS locks only what is open for
// writing (EBADF), and some file systems lock nothing.
func lacksLocks(err error) bool {
	for _, errno := range []syscall.Errno{syscall.EBADF, syscall.EINVAL, syscall.ENOLCK, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// held is a target that this process has for itself.
type held struct {
	file     *os.File // nil: it is not locked
	name     string   // of the file below the target
	unlocked string   // why a target that can be written is not locked
}

// locks reports whether it is this folder that is locked: another sync may have
// removed the one that was there, and a third made a new one.
func (h *held) locks(root *os.Root) (bool, error) {
	if h.file == nil {
		return true, nil
	}
	locked, err := h.file.Stat()
	if err != nil {
		return false, err
	}
	now, err := root.Stat(h.name)
	return err == nil && os.SameFile(locked, now), err
}

// Close gives the target back. Closing the file alone would not do while a
// process that is just being started shares it.
func (h *held) Close() error {
	if h.file == nil {
		return nil
	}
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
