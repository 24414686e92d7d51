package kitzip

import (
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"

	"github.com/klauspost/compress/zip"
)

// Digests gives for each path the SHA-256 of the file there, in lower-case
// hexadecimal.
type Digests map[string]string

// Verify inflates every file once, counting, and finds what the directory does
// not show: more bytes than [MaxBytes] or than announced, more than [MaxRatio],
// contents that do not match their checksums. Such a file is unfit from then on:
// [Archive.Place] and [Archive.Extract] refuse it where it is wanted, and the
// digests leave it out. The error is that of reading, or of ctx.
//
// Verify writes nothing, and does its work once: further calls return the same
// digests, one for each path of [Archive.Files].
func (a *Archive) Verify(ctx context.Context) (Digests, error) {
	digests, err := a.verified(ctx)
	return maps.Clone(digests), err
}

func (a *Archive) verified(ctx context.Context) (Digests, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.digests != nil {
		return a.digests, nil
	}
	digests := make(Digests, len(a.files))
	in := a.inflater()
	for _, file := range a.files {
		sum, err := a.verifyFile(ctx, in, file.Path)
		switch {
		case err == nil:
			digests[file.Path] = sum
		case errors.Is(err, ErrUnsafe), errors.Is(err, ErrDamaged):
			in.count.total -= in.count.within
			a.refuse(file.Path, err)
		default:
			return nil, err
		}
	}
	a.digests = digests
	return digests, nil
}

// verifyFile returns the digest of a file. Entries that look like copies must be
// copies: a checksum of four bytes is easily made to match.
func (a *Archive) verifyFile(ctx context.Context, in *inflater, path string) (sum string, err error) {
	if _, sum, err = in.copy(ctx, io.Discard, a.entries[path]); err != nil {
		return "", err
	}
	for _, entry := range a.copies[path] {
		before := in.count.total
		_, other, err := in.copy(ctx, io.Discard, entry)
		if err != nil {
			return "", err
		}
		if other != sum {
			return "", duplicate(path)
		}
		in.count.total = before
	}
	return sum, nil
}

// inflater reads entries of one archive one after the other, counting all.
type inflater struct {
	count  counter
	buffer []byte
	hash   hash.Hash
}

func (a *Archive) inflater() *inflater {
	return &inflater{counter{limits: a.limits, archive: a.size}, make([]byte, 128<<10), sha256.New()}
}

// copy writes an entry's contents to w and returns their size and digest.
func (in *inflater) copy(ctx context.Context, w io.Writer, entry *zip.File) (size int64, sum string, err error) {
	r, err := entry.Open()
	if err != nil {
		return 0, "", readError(entry, err)
	}
	defer func() {
		if closeErr := r.Close(); err == nil && closeErr != nil {
			err = readError(entry, closeErr)
		}
	}()
	in.hash.Reset()
	in.count.next(entry)
	for {
		if err := ctx.Err(); err != nil {
			return 0, "", err
		}
		n, readErr := r.Read(in.buffer)
		size += int64(n)
		if err := in.count.add(uint64(n)); err != nil {
			return 0, "", err
		}
		in.hash.Write(in.buffer[:n]) // never fails
		if _, err := w.Write(in.buffer[:n]); err != nil {
			return 0, "", err
		}
		switch {
		case readErr == io.EOF:
			return size, hex.EncodeToString(in.hash.Sum(nil)), nil
		case readErr != nil:
			return 0, "", readError(entry, readErr)
		}
	}
}

// readError tells damage in the archive from trouble in reading it.
func readError(entry *zip.File, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, zip.ErrFormat): // the headers were checked before, so this is where archive/zip stops: at the announced size
		return &UnsafeError{Reason: ReasonSize, Entry: entry.Name, Detail: fmt.Sprintf("inflates to more than the %d bytes it announces", entry.UncompressedSize64)}
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.As(err, &corrupt):
		return fmt.Errorf("%w: entry %s does not match its checksum or size (%v)", ErrDamaged, quote(entry.Name), err)
	}
	return fmt.Errorf("read entry %s: %w", quote(entry.Name), err)
}

// counter counts what entries inflate to, and stops at the limits.
type counter struct {
	limits
	archive int64 // size of the whole archive in bytes

	entry         *zip.File
	total, within uint64
}

// next starts another entry.
func (c *counter) next(entry *zip.File) { c.entry, c.within = entry, 0 }

// add counts n more bytes of the entry.
func (c *counter) add(n uint64) error {
	most := uint64(c.bytes)
	if n > most-c.total {
		return &UnsafeError{Reason: ReasonSize, Detail: fmt.Sprintf("it inflates to more than %d MiB", c.bytes>>20)}
	}
	c.total += n
	c.within += n
	switch {
	case c.excessive(c.within, c.entry.CompressedSize64):
		return &UnsafeError{Reason: ReasonRatio, Entry: c.entry.Name, Detail: fmt.Sprintf("inflates to more than %d times its size", c.ratio)}
	case c.excessive(c.total, uint64(c.archive)):
		return &UnsafeError{Reason: ReasonRatio, Detail: fmt.Sprintf("it inflates to more than %d times its size", c.ratio)}
	}
	return nil
}

func (c *counter) excessive(full, packed uint64) bool {
	return full > uint64(c.ratioFloor) && full/uint64(c.ratio) >= packed && full > packed*uint64(c.ratio)
}
