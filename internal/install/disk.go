package install

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/internal/fsutil"
)

// kind is what stands at a path.
type kind int

const (
	absent kind = iota
	file
	folder
	special // a link, device, pipe or socket
	blocked // the path leads through something that is no folder, or out of the target
)

// state is what stands at a path of the target.
type state struct {
	kind   kind
	sha256 string // of a file
	// otherLineEnds are the digests that a text file has with all its line ends as
	// LF and as CRLF.
	otherLineEnds []string
	why           string // of what is blocked
}

// is reports whether a file with this digest stands there.
func (s state) is(sha256 string) bool { return s.kind == file && s.sha256 == sha256 }

// hasTextOf reports whether a file stands there that has this digest, or would
// have it with other line ends: Git changes them (core.autocrlf), people do not.
func (s state) hasTextOf(sha256 string) bool {
	return s.is(sha256) || s.kind == file && slices.Contains(s.otherLineEnds, sha256)
}

// inWords says what is in the way.
func (s state) inWords() string {
	switch s.kind {
	case folder:
		return "a folder is in its place"
	case special:
		return "a link or special file is in its place"
	case blocked:
		return s.why
	}
	return "a file that sync did not write is in its place"
}

// look returns what stands at each path. Files are always read and hashed: a
// size and a time can be right where the contents are not, and hashing the jars
// of twenty kits takes a few milliseconds.
func look(ctx context.Context, root *os.Root, paths []string) (map[string]state, error) {
	states := make([]state, len(paths))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range paths {
		group.Go(func() (err error) {
			states[i], err = stateOf(ctx, root, p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	byPath := make(map[string]state, len(paths))
	for i, p := range paths {
		byPath[p] = states[i]
	}
	return byPath, nil
}

// stateOf looks at one path and follows no link at its end.
func stateOf(ctx context.Context, root *os.Root, p string) (state, error) {
	if err := ctx.Err(); err != nil {
		return state{}, err
	}
	info, why, err := fsutil.Lstat(root, p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return state{kind: absent}, nil
	case err != nil:
		return state{}, diskError("looking at "+p, err)
	case why != "":
		return state{kind: blocked, why: why}, nil
	case info.IsDir():
		return state{kind: folder}, nil
	case !info.Mode().IsRegular():
		return state{kind: special}, nil
	}
	f, err := root.Open(p)
	if err != nil {
		return state{}, diskError("reading "+p, err)
	}
	defer f.Close()
	hash := sha256.New()
	var text lineEnds
	if _, err := io.Copy(io.MultiWriter(hash, &text), f); err != nil {
		return state{}, diskError("reading "+p, err)
	}
	return state{kind: file, sha256: hex.EncodeToString(hash.Sum(nil)), otherLineEnds: text.digests()}, nil
}

// diskError is a failure of the local disk, with what was being done. It matches
// fetch.ErrDisk as downloads do.
func diskError(doing string, err error) error {
	if err == nil || errors.Is(err, fsutil.ErrDisk) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", doing, fsutil.ErrDisk, err)
}

// syncFolder makes durable which names are in a folder.
func syncFolder(root *os.Root, dir string) error {
	return diskError("syncing the folder "+dir, fsutil.Folder(root, dir))
}
