package tools

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/quota"
	"example.com/pingkit/internal/sanitize"
)

// jarsShown is how many jars an answer names; kits have fewer.
const jarsShown = 25

// kitContents is what is in a kit, in short.
type kitContents struct {
	Layout    string   `json:"layout"`
	FileCount int      `json:"file_count"`
	Jars      []string `json:"jars"`
	MoreJars  int      `json:"more_jars,omitempty"`
}

// inspect verifies the kit at file, tells what is in it and, if asked to,
// unpacks it, within bounds, into the directory beside it that has its name. No
// link leads out of base meanwhile.
func inspect(ctx context.Context, bounds *quota.Quota, base, file string, extract, overwrite bool) (contents kitContents, extractedTo string, err error) {
	parent, err := download.OpenWithin(base, filepath.Dir(file), false)
	if err != nil {
		return contents, "", err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	archive, err := kitzip.OpenIn(parent, filepath.Base(file))
	if err != nil {
		return contents, "", err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	digests, err := archive.Verify(ctx)
	if err != nil {
		return contents, "", err
	}
	summary, err := archive.Summary(kitzip.PlaceOptions{})
	if err != nil {
		return contents, "", err
	}
	contents = kitContents{Layout: summary.Layout.Describe(), FileCount: summary.Files, Jars: []string{}, MoreJars: max(0, len(summary.Jars)-jarsShown)}
	for _, jar := range summary.Jars[:min(jarsShown, len(summary.Jars))] {
		contents.Jars = append(contents.Jars, sanitize.Line(path.Base(jar.Path), 120))
	}
	if !extract {
		return contents, "", nil
	}
	extractedTo = strings.TrimSuffix(file, filepath.Ext(file))
	name := filepath.Base(extractedTo)
	if !overwrite && unpackedBefore(ctx, parent, name, digests) {
		return contents, extractedTo, nil
	}
	var size int64
	for _, f := range archive.Files() {
		size += f.Size
	}
	room, release, err := bounds.Reserve(size)
	if err != nil {
		return contents, "", err
	}
	if room < size {
		release(0)
		return contents, "", quota.ErrFull
	}
	err = unpack(ctx, archive, parent, name, overwrite)
	if err == nil {
		release(size)
	} else {
		release(0)
	}
	return contents, extractedTo, err
}

// unpackedBefore reports whether every file of the kit is in the directory name
// already, as it should be.
func unpackedBefore(ctx context.Context, parent *os.Root, name string, digests kitzip.Digests) bool {
	for path, want := range digests {
		if ctx.Err() != nil || digestOf(parent, filepath.Join(name, filepath.FromSlash(path))) != want {
			return false
		}
	}
	return true
}

// digestOf returns the SHA-256 of a regular file, or "" if it cannot be read.
func digestOf(root *os.Root, path string) string {
	// Opening a pipe would wait for its other end.
	if info, err := root.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	file, err := root.Open(path)
	if err != nil {
		return ""
	}
	hash := sha256.New()
	_, err = io.Copy(hash, file)
	if errors.Join(err, file.Close()) != nil {
		return ""
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// unpack extracts all files into the directory name. The root keeps a symbolic
// link of that name from leading elsewhere.
func unpack(ctx context.Context, archive *kitzip.Archive, parent *os.Root, name string, overwrite bool) (err error) {
	made := true
	if err := parent.Mkdir(name, 0o755); errors.Is(err, fs.ErrExist) {
		made = false
	} else if err != nil {
		return err
	}
	root, err := parent.OpenRoot(name)
	if err != nil {
		return err
	}
	_, err = archive.Extract(ctx, root, archive.All(), kitzip.ExtractOptions{Overwrite: overwrite})
	err = errors.Join(err, root.Close())
	if err != nil && made {
		return errors.Join(err, parent.Remove(name))
	}
	return err
}
