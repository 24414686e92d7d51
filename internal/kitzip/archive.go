package kitzip

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/zip"
)

// The limits of an archive.
const (
	// MaxEntries is how many entries an archive may have, folders included.
	MaxEntries = 10_000
	// MaxBytes is how many bytes the entries may inflate to, all together.
	MaxBytes = 512 << 20
	// MaxRatio is how many times its compressed size an entry, or the whole
	// archive, may inflate to. It holds from a MiB on: below, a blank file of
	// no consequence would trip it.
	MaxRatio = 200
)

// maxDirectory bounds an archive's directory in bytes, and so the memory that
// reading it takes: ample for MaxEntries names of usual length.
const maxDirectory = 4 << 20

// limits are those of one archive; tests lower them.
type limits struct {
	entries    int
	bytes      int64
	ratio      int64
	ratioFloor int64 // the ratio counts above so many bytes
}

var defaultLimits = limits{entries: MaxEntries, bytes: MaxBytes, ratio: MaxRatio, ratioFloor: 1 << 20}

// Archive is an open kit whose directory was found to be safe. Its methods may
// be used from several goroutines at once.
type Archive struct {
	file    *os.File // nil if the caller owns the source
	size    int64
	limits  limits
	files   []File
	entries map[string]*zip.File // by path, without folders
	top     string
	layout  Layout

	mu      sync.Mutex // guards digests, and lets only one goroutine make them
	digests Digests
}

// File is one file in an archive.
type File struct {
	Path string `json:"path"` // as it stands in the archive
	Size int64  `json:"size"` // in bytes, as announced; Verify confirms it
}

// Open opens the archive at path and checks its directory; nothing is inflated.
// The caller closes it. The error is [ErrNotZip] or [ErrUnsafe] for what the
// file holds, and that of the file system otherwise.
func Open(path string) (*Archive, error) { return openFile(path, os.Stat, os.Open) }

// OpenIn is [Open] for the file name in root, which must not be a link.
func OpenIn(root *os.Root, name string) (*Archive, error) {
	return openFile(name, root.Lstat, root.Open)
}

func openFile(path string, stat func(string) (fs.FileInfo, error), open func(string) (*os.File, error)) (*Archive, error) {
	info, err := stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	a, err := OpenReader(f, info.Size())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	a.file = f
	return a, nil
}

// OpenReader is [Open] for an archive of the given size that the caller owns
// and keeps open.
func OpenReader(r io.ReaderAt, size int64) (*Archive, error) {
	return openReader(r, size, defaultLimits)
}

// Check reports what OpenReader would refuse.
func Check(r io.ReaderAt, size int64) error {
	_, err := OpenReader(r, size)
	return err
}

func openReader(r io.ReaderAt, size int64, limits limits) (*Archive, error) {
	directory, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	a := &Archive{size: size, limits: limits, entries: make(map[string]*zip.File, len(directory))}
	if err := a.admit(directory); err != nil {
		return nil, err
	}
	if err := checkStructure(r, size, directory); err != nil {
		return nil, err
	}
	a.top = findTop(a.files)
	a.layout = a.sniff()
	return a, nil
}

// readDirectory reads the archive's directory within bounds.
func readDirectory(r io.ReaderAt, size int64) ([]*zip.File, error) {
	if err := checkStart(r, size); err != nil {
		return nil, err
	}
	bounded := &boundedReaderAt{ReaderAt: r, left: maxDirectory}
	z, err := zip.NewReader(bounded, size)
	bounded.left = -1
	switch {
	case errors.Is(bounded.failed, errDirectorySize):
		return nil, &UnsafeError{Reason: ReasonEntries, Detail: fmt.Sprintf("its directory takes more than %d MiB", maxDirectory>>20)}
	case bounded.failed != nil:
		return nil, fmt.Errorf("read the archive's directory: %w", bounded.failed)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // every name is checked, so this one says nothing new
		return nil, &NotZipError{Seems: "a zip archive that was cut off or damaged"}
	case len(z.File) == 0:
		return nil, &NotZipError{Seems: "a zip archive without any file"}
	}
	return z.File, nil
}

var errDirectorySize = errors.New("the directory is too large")

// boundedReaderAt lets only so many bytes be read until left is set to a
// negative number, and notes what went wrong until then.
type boundedReaderAt struct {
	io.ReaderAt
	left   int64
	failed error
}

func (b *boundedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, io.ErrUnexpectedEOF // an archive may claim any offset
	}
	n, err := b.ReaderAt.ReadAt(p, off)
	if b.left < 0 {
		return n, err
	}
	if b.left -= int64(n); b.left < 0 {
		b.left, n, err = 0, 0, errDirectorySize
	}
	if err != nil && err != io.EOF && b.failed == nil {
		b.failed = err
	}
	return n, err
}

// admit takes the entries in, or says why the archive is refused.
func (a *Archive) admit(directory []*zip.File) error {
	if len(directory) > a.limits.entries {
		return &UnsafeError{Reason: ReasonEntries, Detail: fmt.Sprintf("it has %d entries; %d are allowed", len(directory), a.limits.entries)}
	}
	places := newOccupied(len(directory))
	count := counter{limits: a.limits, archive: a.size}
	for _, entry := range directory {
		if err := checkEntry(entry); err != nil {
			return err
		}
		name, isFolder := strings.CutSuffix(entry.Name, "/")
		take := places.file
		if isFolder {
			take = places.folder
		}
		if other, ok := take(name); !ok {
			detail := "is there more than once"
			if other != entry.Name {
				detail = "stands at the place of " + quote(other)
			}
			return &UnsafeError{Reason: ReasonDuplicate, Entry: entry.Name, Detail: detail}
		}
		if isFolder {
			continue
		}
		// What is announced is not believed, but what announces too much is refused at once.
		count.next(entry)
		if err := count.add(entry.UncompressedSize64); err != nil {
			return err
		}
		a.entries[name] = entry
		a.files = append(a.files, File{Path: name, Size: int64(entry.UncompressedSize64)})
	}
	if len(a.files) == 0 {
		return &NotZipError{Seems: "a zip archive with folders only"}
	}
	slices.SortFunc(a.files, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	return nil
}

// Files lists the files in the archive, sorted by path; folders are left out.
func (a *Archive) Files() []File { return slices.Clone(a.files) }

// Top is the folder that holds the kit, such as pf-x-kit-1.0, or empty.
func (a *Archive) Top() string { return a.top }

// Close closes the file that [Open] opened.
func (a *Archive) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}
