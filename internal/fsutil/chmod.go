package fsutil

import (
	"errors"
	"io/fs"
	"os"
)

// Chmod gives an open file its mode, whatever the process masks. File systems that
// keep no modes of their own, such as SMB shares, refuse that also to those who
// may write: then the mode is the one that the mount says, and that is no error.
func Chmod(f *os.File, mode fs.FileMode) error { return unlessRefused(f.Chmod(mode)) }

// ChmodIn is Chmod for a file or folder of root.
func ChmodIn(root *os.Root, name string, mode fs.FileMode) error {
	return unlessRefused(root.Chmod(name, mode))
}

func unlessRefused(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
