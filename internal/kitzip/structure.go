package kitzip

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zip"
)

// Signatures and lengths of the parts of a zip archive (APPNOTE.TXT 4.3).
const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	end64Signature      = 0x06064b50
	locator64Signature  = 0x07064b50
	endSignature        = 0x06054b50
	descriptorSignature = 0x08074b50

	localLength   = 30
	centralLength = 46
	endLength     = 22
	locatorLength = 20
)

// checkStructure accounts for every byte of the archive: entry after entry from
// the first byte on, then the directory, then its end at the last byte. What
// else there could be (overlapping entries, bytes before, between or behind
// them, a second directory, a name in an entry's own header that differs from
// the one in the directory) makes programs differ in what the archive holds, or
// comes from an archive that was cut off.
//
// An entry whose two headers disagree about contents or name is returned as unfit.
func checkStructure(r io.ReaderAt, size int64, directory []*zip.File) (map[*zip.File]unfit, error) {
	type placed struct {
		*zip.File
		data int64 // where its contents start
	}
	entries := make([]placed, len(directory))
	for i, entry := range directory {
		data, err := entry.DataOffset()
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, broken(entry, "is not where the archive's directory says")
		}
		if err != nil {
			return nil, fmt.Errorf("read the header of %s: %w", quote(entry.Name), err)
		}
		entries[i] = placed{entry, data}
	}
	slices.SortFunc(entries, func(x, y placed) int { return cmp.Compare(x.data, y.data) })
	var at int64
	bad := make(map[*zip.File]unfit)
	for _, entry := range entries {
		local, err := checkLocal(r, at, entry.data, entry.File)
		if err != nil {
			return nil, err
		}
		if found := disputed(entry.File, local); found != nil {
			if other := checkName(found.other); found.other != "" && other != nil && other.hostile() {
				return nil, found.err
			}
			bad[entry.File] = *found
		}
		if entry.data > size || entry.CompressedSize64 > uint64(size-entry.data) {
			return nil, broken(entry.File, "is cut off")
		}
		if at, err = behind(r, entry.data+int64(entry.CompressedSize64), entry.File); err != nil {
			return nil, err
		}
	}
	return bad, checkDirectory(bufio.NewReader(io.NewSectionReader(r, at, size-at)), directory)
}

func broken(entry *zip.File, detail string) error {
	return &UnsafeError{Reason: ReasonStructure, Entry: entry.Name, Detail: detail}
}

// checkLocal compares the header at an offset with the directory's entry, whose
// contents start at data.
func checkLocal(r io.ReaderAt, at, data int64, entry *zip.File) (localHeader, error) {
	header := make([]byte, localLength+len(entry.Name))
	if n, err := r.ReadAt(header, at); n < len(header) {
		if err == io.EOF {
			return localHeader{}, broken(entry, "is cut off")
		}
		return localHeader{}, fmt.Errorf("read the header of %s: %w", quote(entry.Name), err)
	}
	le := binary.LittleEndian
	nameLength := int(le.Uint16(header[26:]))
	switch {
	case le.Uint32(header) != localSignature, at+localLength+int64(nameLength)+int64(le.Uint16(header[28:])) != data:
		return localHeader{}, broken(entry, "overlaps another one, or has bytes before it that belong to none; the archive was cut off, or put together to deceive")
	case nameLength != len(entry.Name) || string(header[localLength:]) != entry.Name:
		return localHeader{}, broken(entry, "has another name in its own header")
	case le.Uint16(header[8:]) != entry.Method:
		return localHeader{}, broken(entry, "is packed in another way by its own header")
	case (le.Uint16(header[6:])^entry.Flags)&(flagEncrypted|flagDescriptor) != 0:
		return localHeader{}, broken(entry, "has other flags in its own header")
	}
	local := localHeader{crc: le.Uint32(header[14:]), packed: le.Uint32(header[18:]), full: le.Uint32(header[22:])}
	var err error
	local.extra, err = readLocalExtra(r, at+localLength+int64(nameLength), entry, int(le.Uint16(header[28:])))
	return local, err
}

// behind returns where the part after an entry's contents starts. A data
// descriptor comes in four forms: with and without a signature, with sizes of
// four or eight bytes (APPNOTE.TXT 4.3.9).
func behind(r io.ReaderAt, at int64, entry *zip.File) (int64, error) {
	if entry.Flags&flagDescriptor == 0 {
		return at, nil
	}
	var buf [28]byte
	n, err := r.ReadAt(buf[:], at)
	if err != nil && err != io.EOF {
		return 0, fmt.Errorf("read behind %s: %w", quote(entry.Name), err)
	}
	le := binary.LittleEndian
	for _, form := range []struct{ signed, sizes int }{{4, 4}, {4, 8}, {0, 4}, {0, 8}} {
		length := form.signed + 4 + 2*form.sizes
		if length+4 > n || form.signed > 0 && le.Uint32(buf[:]) != descriptorSignature {
			continue
		}
		fields := buf[form.signed:]
		packed, full := uint64(le.Uint32(fields[4:])), uint64(le.Uint32(fields[8:]))
		if form.sizes == 8 {
			packed, full = le.Uint64(fields[4:]), le.Uint64(fields[12:])
		}
		next := le.Uint32(buf[length:])
		if le.Uint32(fields) == entry.CRC32 && packed == entry.CompressedSize64 && full == entry.UncompressedSize64 &&
			(next == localSignature || next == centralSignature) {
			return at + int64(length), nil
		}
	}
	return 0, broken(entry, "is not followed by the sizes that the archive's directory gives")
}

// checkDirectory reads the directory and its end, and expects the entries that
// were read from it before, and nothing behind.
func checkDirectory(r *bufio.Reader, directory []*zip.File) error {
	cutOff := &UnsafeError{Reason: ReasonStructure, Detail: "its directory is not where its entries end, or bytes follow its end; it was cut off, or put together to deceive"}
	fail := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return cutOff
		}
		return fmt.Errorf("read the archive's directory: %w", err)
	}
	le := binary.LittleEndian
	for _, entry := range directory {
		record := make([]byte, centralLength+len(entry.Name))
		if _, err := io.ReadFull(r, record); err != nil {
			return fail(err)
		}
		if le.Uint32(record) != centralSignature || int(le.Uint16(record[28:])) != len(entry.Name) || string(record[centralLength:]) != entry.Name {
			return cutOff
		}
		if _, err := r.Discard(int(le.Uint16(record[30:])) + int(le.Uint16(record[32:]))); err != nil {
			return fail(err)
		}
	}
	end, err := r.Peek(12)
	if err != nil {
		return fail(err)
	}
	if le.Uint32(end) == end64Signature { // then its locator follows (APPNOTE.TXT 4.3.14 and 4.3.15)
		length := le.Uint64(end[4:])
		if length > maxDirectory {
			return cutOff
		}
		if _, err := r.Discard(12 + int(length)); err != nil {
			return fail(err)
		}
		locator := make([]byte, locatorLength)
		if _, err := io.ReadFull(r, locator); err != nil {
			return fail(err)
		}
		if le.Uint32(locator) != locator64Signature {
			return cutOff
		}
	}
	last := make([]byte, endLength)
	if _, err := io.ReadFull(r, last); err != nil {
		return fail(err)
	}
	if le.Uint32(last) != endSignature {
		return cutOff
	}
	if _, err := r.Discard(int(le.Uint16(last[20:]))); err != nil {
		return fail(err)
	}
	return checkPadding(r, cutOff, fail)
}

// checkPadding accepts nothing behind the archive but zeros: bsdtar fills its
// last block with them.
func checkPadding(r *bufio.Reader, cutOff error, fail func(error) error) error {
	for {
		switch b, err := r.ReadByte(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fail(err)
		case b != 0:
			return cutOff
		}
	}
}
