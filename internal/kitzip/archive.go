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
	entries map[string]*zip.File   // by path, without folders and unfit entries
	copies  map[string][]*zip.File // further entries of a path that look identical
	folders []string               // that have entries of their own, without the slash
	top     string
	layout  Layout

	mu      sync.Mutex // guards what Verify finds: digests and unfit, and lets only one goroutine verify
	digests Digests
	unfit   map[string]unfit // by path: entries that are never written
}

// unfit is an entry that cannot be written safely. It does no harm while its file
// is not installed.
type unfit struct {
	err   error  // an [*UnsafeError] or [ErrDamaged]
	other string // the name by which another program knows the entry, if that differs
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

// Check reports what OpenReader would refuse, and unsafe entries among the files
// that are installed by default.
func Check(r io.ReaderAt, size int64) error {
	a, err := OpenReader(r, size)
	if err != nil {
		return err
	}
	return a.checkNeeded(PlaceOptions{})
}

// CheckArchive reports what OpenReader would refuse, for a caller who judges the
// entries by the files that are wanted.
func CheckArchive(r io.ReaderAt, size int64) error {
	_, err := OpenReader(r, size)
	return err
}

func openReader(r io.ReaderAt, size int64, limits limits) (*Archive, error) {
	directory, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	a := &Archive{
		size: size, limits: limits, entries: make(map[string]*zip.File, len(directory)),
		copies: make(map[string][]*zip.File), unfit: make(map[string]unfit),
	}
	if len(directory) > a.limits.entries {
		return nil, &UnsafeError{Reason: ReasonEntries, Detail: fmt.Sprintf("it has %d entries; %d are allowed", len(directory), a.limits.entries)}
	}
	for _, entry := range directory {
		if err := checkEntry(entry); err != nil && err.hostile() {
			return nil, err
		}
	}
	headers, err := checkStructure(r, size, directory)
	if err != nil {
		return nil, err
	}
	if err := a.admit(directory, headers); err != nil {
		return nil, err
	}
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

// admit sorts the entries into files, folders and unfit ones. headers holds what
// is wrong between the two headers of an entry.
func (a *Archive) admit(directory []*zip.File, headers map[*zip.File]unfit) error {
	first := make(map[string]*zip.File, len(directory))
	var names []File
	for _, entry := range directory {
		if name, isFolder := strings.CutSuffix(entry.Name, "/"); isFolder {
			if checkEntry(entry) == nil { // else nothing is made of it
				a.folders = append(a.folders, name)
			}
			continue
		}
		if other, twice := first[entry.Name]; !twice {
			first[entry.Name] = entry
			names = append(names, File{Path: entry.Name, Size: int64(entry.UncompressedSize64)})
		} else if entry.CRC32 == other.CRC32 && entry.UncompressedSize64 == other.UncompressedSize64 {
			a.copies[entry.Name] = append(a.copies[entry.Name], entry)
		} else {
			a.refuse(entry.Name, duplicate(entry.Name))
		}
		if err := checkEntry(entry); err != nil {
			a.refuse(entry.Name, err)
		}
		if bad, ok := headers[entry]; ok {
			a.unfit[entry.Name] = bad
		}
	}
	if len(names) == 0 {
		return &NotZipError{Seems: "a zip archive with folders only"}
	}
	slices.SortFunc(names, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	a.top = findTop(names)
	// What may be installed comes first: a large sample must not use up the limits.
	papers := func(f File) int {
		if a.isPaper(f.Path) {
			return 1
		}
		return 0
	}
	inOrder := slices.Clone(names)
	slices.SortStableFunc(inOrder, func(x, y File) int { return papers(x) - papers(y) })
	count := counter{limits: a.limits, archive: a.size}
	for _, file := range inOrder {
		if _, bad := a.unfit[file.Path]; bad {
			continue
		}
		// What is announced is not believed, but what announces too much is refused at once.
		entry, before := first[file.Path], count.total
		count.next(entry)
		if err := count.add(entry.UncompressedSize64); err != nil {
			count.total = before
			a.refuse(file.Path, err)
			continue
		}
		a.entries[file.Path] = entry
	}
	for _, file := range names {
		if a.entries[file.Path] != nil {
			a.files = append(a.files, file)
		}
	}
	return nil
}

// refuse notes that the entry at a path is unfit, and why. The first reason stays.
func (a *Archive) refuse(path string, err error) {
	if _, known := a.unfit[path]; !known {
		a.unfit[path] = unfit{err: err}
	}
}

func duplicate(path string) *UnsafeError {
	return &UnsafeError{Reason: ReasonDuplicate, Entry: path, Detail: "is there more than once, with different contents"}
}

// isPaper reports whether a file is never installed without a rule. Only the
// folder counts where the rest of the name is one that programs read differently.
func (a *Archive) isPaper(whole string) bool {
	name, _ := a.below(whole)
	if CheckEntryName(name) != nil {
		folder, _, ok := strings.Cut(name, "/")
		return ok && CheckEntryName(folder) == nil && notInstalled(folder+"/x") != ""
	}
	return notInstalled(name) != ""
}

// Files lists the files in the archive that are safe to write, sorted by path;
// folders are left out.
func (a *Archive) Files() []File { return a.fit() }

// Top is the folder that holds the kit, such as pf-x-kit-1.0, or empty.
func (a *Archive) Top() string { return a.top }

// Close closes the file that [Open] opened.
func (a *Archive) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}
