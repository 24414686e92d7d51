package fsutil

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// UserTempDir returns the path of a folder for this user alone inside the
// temporary directory, for users without a home directory. It creates nothing;
// MakeDir does.
func UserTempDir() string {
	return filepath.Join(os.TempDir(), "pingkit-"+strconv.Itoa(os.Getuid()))
}

// MakeDir creates a directory and its parents with mode 0755. UserTempDir lies where
// every user may create a folder of that name: MakeDir creates it with mode 0700,
// and refuses one that another user owns or may write to.
func MakeDir(dir string) error {
	if filepath.Clean(dir) != UserTempDir() {
		return os.MkdirAll(dir, 0o755)
	}
	if err := os.Mkdir(dir, 0o700); err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", dir)
	}
	return checkOwnedAlone(dir, info)
}
