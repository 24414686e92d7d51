// Package fsutil holds what several packages do with files below an os.Root.
package fsutil

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Lstat looks at a path and follows no link at its end. Where a file or a link
// on the way keeps the path from being entered, blocked says why. Every other
// failure is an error: a disk that fails once does not mean that nothing is
// there, and fs.ErrNotExist alone does.
func Lstat(root *os.Root, p string) (info fs.FileInfo, blocked string, err error) {
	info, err = root.Lstat(p)
	if err == nil || !IsBlocked(root, err) {
		return info, "", err
	}
	// os.Root has one error for a link that it must not follow and for one that it
	// could not read, so the obstacle has to be found.
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		why, findErr := obstacle(root, p[:i])
		if findErr != nil || why != "" {
			return nil, why, findErr
		}
	}
	return nil, "", err
}

// obstacle says why a path cannot be entered as a folder, if it cannot.
func obstacle(root *os.Root, dir string) (string, error) {
	info, err := root.Lstat(dir)
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if _, err := root.Readlink(dir); err != nil {
			return "", err
		}
		info, err = root.Stat(dir)
		if err != nil && IsBlocked(root, err) {
			return "its path cannot be entered: " + Cause(err), nil
		}
		if err != nil {
			return "", err
		}
	}
	if !info.IsDir() {
		return "a part of its path is a file", nil
	}
	return "", nil
}

// IsBlocked reports whether os.Root says by an error that a path passes a file,
// a circle of links, or a link that leads out of the root.
func IsBlocked(root *os.Root, err error) bool {
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP) {
		return true
	}
	// The error of a path that escapes has no exported name, and this is one.
	_, escape := root.Lstat("..")
	named, ok := errors.AsType[*fs.PathError](escape)
	return ok && errors.Is(err, named.Err) && !isErrno(named.Err)
}

func isErrno(err error) bool {
	_, ok := errors.AsType[syscall.Errno](err)
	return ok
}

// Cause is the text of an error without the path that the reader knows already.
func Cause(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err.Error()
	}
	return err.Error()
}
