package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"example.com/pingkit/internal/fsutil"
)

// Save writes the lock where it differs from what stands there, and reports
// whether it did. The file is replaced at once: whoever reads it sees the old or
// the new lock, also after a crash. A link stays, and the file that it leads to is
// replaced. A file that is mounted by itself cannot be replaced and is written in
// place.
func Save(path string, l *Lock) (changed bool, err error) {
	data, err := l.Encode()
	if err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	if _, err := Decode(data); err != nil {
		return false, fmt.Errorf("the lock is not written, for it could not be read again: %w", err)
	}
	if path, err = followed(path); err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	old, mounted, err := readOld(path)
	if err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	if old != nil && bytes.Equal(old, data) {
		return false, nil
	}
	if mounted {
		err = overwrite(path, old, data)
	} else {
		err = replaceFile(path, data)
	}
	if err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	return true, nil
}

// maxLinks bounds how many links lead from a path to its file.
const maxLinks = 40

// followed returns the path of the file that a path leads to, which need not exist.
func followed(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			// Not cleaned: that would take the parent of a link for the parent of the
			// folder that it leads to.
			to = filepath.Dir(path) + string(filepath.Separator) + to
		}
		path = to
	}
	return "", &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
}

// readOld reads what stands at a path, nil where nothing does, and reports whether
// it is mounted by itself.
func readOld(path string) (data []byte, mounted bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	data, err = io.ReadAll(io.LimitReader(f, maxLock+1))
	if err == nil {
		mounted, err = fsutil.IsMount(f)
	}
	return data, mounted, errors.Join(err, f.Close())
}

// overwrite writes a file in place, and puts the old contents back where that
// fails.
func overwrite(path string, old, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err = rewrite(f, data); err != nil {
		err = errors.Join(err, rewrite(f, old))
	}
	return errors.Join(err, f.Close())
}

func rewrite(f *os.File, data []byte) error {
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	return errors.Join(f.Truncate(int64(len(data))), f.Sync())
}

// replaceFile writes a file beside path, makes it durable and renames it.
func replaceFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	err = writeDurably(f, data)
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := fsutil.Folder(root, "."); err != nil {
		return fmt.Errorf("it is there, and may not survive a loss of power: %w", err)
	}
	return nil
}

// writeDurably fills and closes f. Everyone may read a lock, as they may read
// the manifest beside it.
func writeDurably(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = fsutil.Chmod(f, 0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
