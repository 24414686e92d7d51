package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/pingkit/internal/fsutil"
)

// Save writes the lock where it differs from what stands there, and reports
// whether it did. The file is replaced at once: whoever reads it sees the old or
// the new lock, also after a crash.
func Save(path string, l *Lock) (changed bool, err error) {
	data, err := l.Encode()
	if err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	if _, err := Decode(data); err != nil {
		return false, fmt.Errorf("the lock is not written, for it could not be read again: %w", err)
	}
	switch old, err := os.ReadFile(path); {
	case err == nil && bytes.Equal(old, data):
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("write the lock: %w", err)
	}
	if err := replaceFile(path, data); err != nil {
		return false, fmt.Errorf("write the lock: %w", err)
	}
	return true, nil
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
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
