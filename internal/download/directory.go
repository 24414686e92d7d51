package download

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"example.com/pingkit/internal/fsutil"
)

// maxDirectory bounds the length of a sub-directory's path in bytes.
const maxDirectory = 255

// Within returns the path of the subdirectory dir of base, which need not exist
// yet. An empty dir is base itself. Within refuses with [ErrOutside] what leads out
// of base: absolute paths, "..", and symbolic links on the way. It also refuses
// invisible characters, and characters that separate paths on some system.
//
// Its errors are early and readable, and not a protection: open the directory with
// [OpenWithin], because a symbolic link may appear in the meantime.
func Within(base, dir string) (string, error) {
	if dir == "" || dir == "." {
		return base, nil
	}
	refuse := func(why string) (string, error) {
		return "", fmt.Errorf("%w: directory %.80q %s; give a subdirectory such as kits/pingid", ErrOutside, dir, why)
	}
	switch {
	case len(dir) > maxDirectory:
		return refuse("is too long")
	case filepath.IsAbs(dir) || strings.HasPrefix(dir, "/"):
		return refuse("is absolute")
	case strings.ContainsAny(dir, `\:`) || strings.ContainsFunc(dir, func(r rune) bool { return !unicode.IsPrint(r) }):
		return refuse("holds a character that is not allowed")
	case strings.HasPrefix(dir, "~"):
		return refuse("begins with ~, which is not expanded")
	case !filepath.IsLocal(dir):
		return refuse("leads out of the download directory")
	}
	root, err := os.OpenRoot(base)
	if errors.Is(err, fs.ErrNotExist) {
		return filepath.Join(base, dir), nil // without base, there is no link either
	}
	if err != nil {
		return "", diskError("opening the download directory", err)
	}
	defer root.Close()
	switch info, err := root.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		// Stat does not see a symbolic link without a target.
		link, err := linkOnTheWay(root, dir)
		if err != nil {
			return "", diskError("looking at the download directory", err)
		}
		if link {
			return refuse("passes a symbolic link without a target")
		}
	case err != nil && fsutil.IsBlocked(root, err):
		return refuse("cannot be entered without leaving the download directory")
	case err != nil:
		return "", diskError("looking at the download directory", err)
	case !info.IsDir():
		return refuse("is not a directory")
	}
	return filepath.Join(base, dir), nil
}

// OpenWithin opens the directory dir, which is base or lies below it; with create
// it creates both. No symbolic link on the way leads out of base, whenever it
// appears. The error is fs.ErrNotExist or that of the file system.
func OpenWithin(base, dir string, create bool) (*os.Root, error) {
	below, err := filepath.Rel(base, dir)
	if err != nil || !filepath.IsLocal(below) {
		return nil, fmt.Errorf("%w: %s is not below %s", ErrOutside, dir, base)
	}
	if create {
		if err := fsutil.MakeDir(base); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(base)
	if err != nil || below == "." {
		return root, err
	}
	defer root.Close()
	if create {
		if err := root.MkdirAll(below, 0o755); err != nil {
			return nil, err
		}
	}
	return root.OpenRoot(below)
}

func linkOnTheWay(root *os.Root, dir string) (bool, error) {
	for ; dir != "."; dir = filepath.Dir(dir) {
		switch info, err := root.Lstat(dir); {
		case err == nil:
			return info.Mode()&fs.ModeSymlink != 0, nil
		case !errors.Is(err, fs.ErrNotExist):
			return false, err
		}
	}
	return false, nil
}
