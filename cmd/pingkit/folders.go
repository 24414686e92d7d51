package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// newFolders returns which folders of a path do not exist yet, deepest first, to
// be removed again where the command that makes them fails.
func newFolders(path string) []string {
	var folders []string
	for path = filepath.Clean(path); path != filepath.Dir(path); path = filepath.Dir(path) {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		folders = append(folders, path)
	}
	return folders
}

// removeEmpty removes folders, deepest first, up to the first that holds
// something or is gone.
func removeEmpty(folders []string) {
	for _, folder := range folders {
		if os.Remove(folder) != nil {
			return
		}
	}
}
