package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// auditFile checks that a line can be appended, and appends none.
func auditFile(path string) Check {
	const name = "audit file"
	const hint = "make PINGKIT_AUDIT_FILE a file that this user may append to: no write is sent without its audit line"
	if path == "" {
		return passed(name, "none is named: audit lines go to stderr")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// Made and removed: permissions alone do not tell for every file system.
		probe, err := os.CreateTemp(filepath.Dir(path), ".pingkit-doctor-*")
		if err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
		if err != nil {
			return failed(name, err, hint)
		}
		return passed(name, "%s does not exist yet and can be created", path)
	case err != nil:
		return failed(name, err, hint)
	case info.IsDir():
		return failed(name, errors.New(path+" is a directory"), hint)
	case !info.Mode().IsRegular():
		return passed(name, "%s is no regular file and was not opened", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return failed(name, err, hint)
	}
	return passed(name, "%s can be appended to", path)
}
