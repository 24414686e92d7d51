package install

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// lockFile exists only while a sync runs: Windows deletes it with the process.
const lockFile = ".pingkit-lock"

// tryLock takes the target for this process, or returns nil where another holds
// it. The file can be opened once only, and goes when it is closed, however the
// process ends.
func tryLock(dir string) (*held, error) {
	path := filepath.Join(dir, lockFile)
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := windows.CreateFile(name, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_HIDDEN|windows.FILE_FLAG_DELETE_ON_CLOSE|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &held{File: os.NewFile(uintptr(handle), path)}, nil
}

// locks reports whether this folder is locked: one that holds an open file cannot
// be removed.
func (*held) locks(*os.Root) (bool, error) { return true, nil }

// held is a target that this process has for itself, until it is closed.
type held struct {
	*os.File
	unlocked string // always empty
}
