// Package download brings kits from the Integration Catalog to the disk. [Service]
// is the entry point of tools, commands and download links: it selects a kit,
// reserves room for it, fetches it, verifies it and describes it. [Fetcher] does
// the transfer alone; the bytes of a file are verified before it gets its name.
package download

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/kitzip"
)

// Service delivers kits into one directory. It is safe for concurrent use.
type Service struct {
	Catalog *catalog.Catalog
	Fetcher *Fetcher
	Dir     string // no download leaves this directory
	Quota   *Quota // nil: no bounds
}

// Order says which kit to deliver, and how. Its JSON form is the content of a
// download link.
type Order struct {
	Environment string `json:"e,omitempty"` // IDs or names, as [catalog.Catalog.Choose] takes them
	Integration string `json:"i"`
	Version     string `json:"v,omitempty"`

	Directory      string `json:"d,omitempty"` // below the Service's Dir
	ExpectedSHA256 string `json:"s,omitempty"` // in any form that [ParseDigest] reads
	PinnedBy       string `json:"-"`           // where ExpectedSHA256 comes from; default "expected_sha256"

	AllowUnverified bool `json:"-"` // accept a kit without any digest
	Overwrite       bool `json:"-"` // replace other files
	Extract         bool `json:"-"` // unpack the archive beside itself; for Get only

	confirmed bool // ExpectedSHA256 is what [Kit.Order] gave: PingOne named it for this kit
}

// Kit is a kit on the disk.
type Kit struct {
	catalog.KitID
	Result
	ExtractedTo string   // directory with the unpacked files, or empty
	Notes       []string // what a person should know before using the kit

	order Order
	base  string
}

// Order returns the order that delivers exactly this kit again.
func (k *Kit) Order() Order {
	return Order{Environment: k.EnvironmentID, Integration: k.IntegrationID, Version: k.VersionID, Directory: k.order.Directory, ExpectedSHA256: k.SHA256}
}

// DigestSource says what the digest of the kit proves.
func (k *Kit) DigestSource() string {
	var sent, pinned []string
	for _, source := range k.VerifiedBy {
		if name, ok := strings.CutSuffix(source, digestHeader); ok {
			sent = append(sent, name)
		} else {
			pinned = append(pinned, source)
		}
	}
	switch {
	case len(pinned) > 0:
		return "matches " + strings.Join(pinned, " and ") + "; no independent signature"
	case slices.Contains(sent, "storage"):
		return "matches the digest that the storage sends with the file; no independent signature"
	case len(sent) > 0:
		return "matches the digest that " + sent[0] + " sends with the link to the file; no independent signature"
	}
	return "NOT VERIFIED: no source names a digest"
}

// Get delivers a kit and describes it. The file appears under its name after every
// file in the archive was verified; a file of the name with the right digest is
// reused. progress may be nil.
//
// The error is that of [catalog.Catalog.Choose], [Quota.Reserve] or
// [Fetcher.Fetch], [ErrFull], [ErrOutside], or an [*ExtractError].
func (s *Service) Get(ctx context.Context, order Order, progress func(Progress)) (*Kit, error) {
	kit, err := s.deliver(ctx, order, true, progress)
	if err != nil || !order.Extract {
		return kit, err
	}
	if kit.ExtractedTo, err = s.extract(ctx, kit); err != nil {
		return nil, &ExtractError{Path: kit.Path, SHA256: kit.SHA256, Err: err}
	}
	return kit, nil
}

// Open delivers the kit of an order that [Kit.Order] gave, unless it is there already, and opens the file. The caller
// closes it.
func (s *Service) Open(ctx context.Context, order Order) (*os.File, error) {
	order.confirmed = true
	kit, err := s.deliver(ctx, order, false, nil)
	if err != nil {
		return nil, err
	}
	return within(kit, openRegular)
}

// OpenArchive is [Service.Open] for a reader of the archive's files.
func (s *Service) OpenArchive(ctx context.Context, order Order) (*Kit, *kitzip.Archive, error) {
	kit, err := s.deliver(ctx, order, false, nil)
	if err != nil {
		return nil, nil, err
	}
	archive, err := within(kit, kitzip.OpenIn)
	if err != nil {
		return nil, nil, &ExtractError{Path: kit.Path, SHA256: kit.SHA256, Err: err}
	}
	return kit, archive, nil
}

// deliver selects a kit, reserves room for it and fetches it.
func (s *Service) deliver(ctx context.Context, order Order, describe bool, progress func(Progress)) (*Kit, error) {
	base, err := filepath.Abs(s.Dir)
	if err != nil {
		return nil, err
	}
	dir, err := Within(base, order.Directory)
	if err != nil {
		return nil, err
	}
	id, version, err := s.Catalog.Choose(ctx, order.Environment, order.Integration, order.Version)
	if err != nil {
		return nil, err
	}
	most := s.Fetcher.MaxBytes()
	room, release, err := s.Quota.Reserve(most)
	if err != nil {
		return nil, err
	}
	stored := int64(0)
	defer func() { release(stored) }()
	limit := max(1, room) // zero would mean the Fetcher's limit
	if _, err := os.Lstat(filepath.Join(dir, FileName(id.Integration, id.Version))); err == nil && !order.Overwrite {
		limit = most // the file is used as it is, or refused
	}
	result, err := s.Fetcher.Fetch(ctx, Request{
		KitID: id, Dir: dir, Base: base, Describe: describe, MaxBytes: limit,
		ExpectedSHA256: order.ExpectedSHA256, Confirmed: order.confirmed, PinnedBy: order.PinnedBy,
		AllowUnverified: order.AllowUnverified, Overwrite: order.Overwrite,
	}, progress)
	if room < most && errors.Is(err, ErrTooLarge) {
		return nil, ErrFull
	}
	if err != nil {
		return nil, err
	}
	if !result.Reused {
		stored = result.Bytes
	}
	return &Kit{KitID: id, Result: result, Notes: version.Notes(time.Now()), order: order, base: base}, nil
}

// extract unpacks a described kit, within the quota, into the directory beside it
// that has its name. It reuses a directory that holds every file of the kit. The
// archive is opened again, because a file that is open cannot get its name on
// Windows.
func (s *Service) extract(ctx context.Context, kit *Kit) (extractedTo string, err error) {
	parent, err := OpenWithin(kit.base, filepath.Dir(kit.Path), false)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	extractedTo = strings.TrimSuffix(kit.Path, filepath.Ext(kit.Path))
	name := filepath.Base(extractedTo)
	if !kit.order.Overwrite && holds(ctx, parent, name, kit.Contents.digests) {
		return extractedTo, nil
	}
	size := kit.Contents.size
	room, release, err := s.Quota.Reserve(size)
	if err != nil {
		return "", err
	}
	stored := int64(0)
	defer func() { release(stored) }()
	if room < size {
		return "", ErrFull
	}
	archive, err := kitzip.OpenIn(parent, filepath.Base(kit.Path))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	if err := unpack(ctx, archive, parent, name, kit.order.Overwrite); err != nil {
		return "", err
	}
	stored = size
	return extractedTo, nil
}

// holds reports whether the directory name has every file of a kit.
func holds(ctx context.Context, parent *os.Root, name string, digests kitzip.Digests) bool {
	for path, want := range digests {
		if got, err := digestOf(ctx, parent, filepath.Join(name, filepath.FromSlash(path))); err != nil || got.String() != want {
			return false
		}
	}
	return true
}

// digestOf returns the digest of a regular file.
func digestOf(ctx context.Context, root *os.Root, path string) (Sum, error) {
	file, err := openRegular(root, path)
	if err != nil {
		return Sum{}, err
	}
	sum, _, err := sumOf(ctx, file)
	return sum, errors.Join(err, file.Close())
}

// unpack extracts all files into the directory name below parent.
func unpack(ctx context.Context, archive *kitzip.Archive, parent *os.Root, name string, overwrite bool) error {
	err := parent.Mkdir(name, 0o755)
	created := err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	root, err := parent.OpenRoot(name) // follows no link out of parent
	if err != nil {
		return err
	}
	_, err = archive.Extract(ctx, root, archive.All(), kitzip.ExtractOptions{Overwrite: overwrite})
	err = errors.Join(err, root.Close())
	if err != nil && created {
		return errors.Join(err, parent.Remove(name))
	}
	return err
}

// within opens the file of a kit. No symbolic link leads out of the download
// directory, even if it was put there after the download.
func within[T any](kit *Kit, open func(dir *os.Root, name string) (T, error)) (opened T, err error) {
	dir, err := OpenWithin(kit.base, filepath.Dir(kit.Path), false)
	if err != nil {
		return opened, err
	}
	opened, err = open(dir, filepath.Base(kit.Path))
	return opened, errors.Join(err, dir.Close())
}

// openRegular opens a regular file. Opening a pipe would block.
func openRegular(dir *os.Root, name string) (*os.File, error) {
	if info, err := dir.Lstat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	return dir.Open(name)
}

// ExtractError says that a kit was delivered and verified, and that reading or
// unpacking it failed. Its file stays.
type ExtractError struct {
	Path, SHA256 string
	Err          error
}

func (e *ExtractError) Error() string {
	return "the kit was downloaded to " + e.Path + " and verified (sha256 " + e.SHA256 + "), but reading or unpacking it failed: " + diskText(e.Err)
}

// Unwrap returns the cause.
func (e *ExtractError) Unwrap() error { return e.Err }

// diskText is the text of an error of the file system without the name of the
// system call.
func diskText(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok && e.Error() == err.Error() {
		return e.Path + ": " + e.Err.Error()
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok && e.Error() == err.Error() {
		return e.New + ": " + e.Err.Error()
	}
	return err.Error()
}
