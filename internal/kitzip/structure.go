package kitzip

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
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

	zip64Field       = 0x0001
	unicodePathField = 0x7075

	// blockLength is what bsdtar fills the last block of an archive up to when it writes to a pipe.
	blockLength = 10_240
)

// checkStructure accounts for every byte of the archive: entry after entry from
// the first byte on, then the directory, then its end at the last byte. What
// else there could be (overlapping entries, bytes before, between or behind
// them, a second directory, a name in an entry's own header that differs from
// the one in the directory) makes programs differ in what the archive holds, or
// comes from an archive that was cut off.
func checkStructure(r io.ReaderAt, size int64, directory []*zip.File) error {
	type placed struct {
		*zip.File
		data int64 // where its contents start
	}
	entries := make([]placed, len(directory))
	for i, entry := range directory {
		data, err := entry.DataOffset()
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return broken(entry, "is not where the archive's directory says")
		}
		if err != nil {
			return fmt.Errorf("read the header of %s: %w", quote(entry.Name), err)
		}
		entries[i] = placed{entry, data}
	}
	slices.SortFunc(entries, func(x, y placed) int { return cmp.Compare(x.data, y.data) })
	var at int64
	for _, entry := range entries {
		if err := checkLocal(r, at, entry.data, entry.File); err != nil {
			return err
		}
		if entry.data > size || entry.CompressedSize64 > uint64(size-entry.data) {
			return broken(entry.File, "is cut off")
		}
		var err error
		if at, err = behind(r, entry.data+int64(entry.CompressedSize64), entry.File); err != nil {
			return err
		}
	}
	return checkDirectory(bufio.NewReader(io.NewSectionReader(r, at, size-at)), directory)
}

func broken(entry *zip.File, detail string) error {
	return &UnsafeError{Reason: ReasonStructure, Entry: entry.Name, Detail: detail}
}

// checkLocal compares an entry's own header, at an offset, with the directory's record; the entry's contents start at data.
// Programs that read an archive from its beginning (a JarInputStream, bsdtar) believe the header, others the directory.
func checkLocal(r io.ReaderAt, at, data int64, entry *zip.File) error {
	const apart = "overlaps another one, or has bytes before it that belong to none; the archive was cut off, or put together to deceive"
	if data-at < localLength || data-at > localLength+2*math.MaxUint16 {
		return broken(entry, apart)
	}
	header := make([]byte, data-at)
	if n, err := r.ReadAt(header, at); n < len(header) {
		if err == io.EOF {
			return broken(entry, "is cut off")
		}
		return fmt.Errorf("read the header of %s: %w", quote(entry.Name), err)
	}
	le := binary.LittleEndian
	nameEnd := localLength + int(le.Uint16(header[26:]))
	switch {
	case le.Uint32(header) != localSignature, nameEnd+int(le.Uint16(header[28:])) != len(header):
		return broken(entry, apart)
	case string(header[localLength:nameEnd]) != entry.Name:
		return broken(entry, "has another name in its own header")
	case le.Uint16(header[8:]) != entry.Method:
		return broken(entry, "is packed in another way by its own header")
	case (le.Uint16(header[6:])^entry.Flags)&(flagEncrypted|flagDescriptor) != 0:
		return broken(entry, "has other flags in its own header")
	}
	local := sizes{le.Uint32(header[14:]), uint64(le.Uint32(header[18:])), uint64(le.Uint32(header[22:]))}
	extra := header[nameEnd:]
	if err := checkUnicodePath(entry, extra); err != nil {
		return err
	}
	if err := checkUnicodePath(entry, entry.Extra); err != nil {
		return err
	}
	if !local.agree(entry, extra) {
		return broken(entry, "has another checksum or size in its own header")
	}
	return nil
}

// sizes are what an entry's own header says of its contents.
type sizes struct {
	checksum     uint32
	packed, full uint64
}

// agree reports whether a header says what the directory says. Where a data descriptor follows the contents, a header may leave
// the values zero (APPNOTE.TXT 4.4.4, bit 3).
func (s sizes) agree(entry *zip.File, extra []byte) bool {
	zip64, _ := extraField(extra, zip64Field) // holds, in this order, what has no room in the header (4.5.3)
	for _, value := range []struct {
		is   *uint64
		want uint64
	}{{&s.full, entry.UncompressedSize64}, {&s.packed, entry.CompressedSize64}} {
		switch {
		case *value.is != math.MaxUint32:
		case len(zip64) >= 8:
			*value.is, zip64 = binary.LittleEndian.Uint64(zip64), zip64[8:]
		default: // a reader learns nothing from it
			*value.is = value.want
		}
	}
	if entry.Flags&flagDescriptor != 0 && s == (sizes{}) {
		return true
	}
	return s == sizes{entry.CRC32, entry.CompressedSize64, entry.UncompressedSize64}
}

// checkUnicodePath refuses an entry whose Unicode Path field (4.6.9) has another name: Info-ZIP and 7-Zip unpack to that one.
func checkUnicodePath(entry *zip.File, extra []byte) error {
	const fixed = 5 // its version, and the checksum of the name that it replaces
	field, ok := extraField(extra, unicodePathField)
	if ok && (len(field) < fixed || string(field[fixed:]) != entry.Name) {
		return broken(entry, "has another name in its Unicode Path field")
	}
	return nil
}

// extraField returns the first field of a kind in an entry's extra data (4.5.1).
func extraField(extra []byte, kind uint16) (field []byte, ok bool) {
	for len(extra) >= 4 {
		found, length := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; length > len(extra) {
			return nil, false
		}
		if found == kind {
			return extra[:length], true
		}
		extra = extra[length:]
	}
	return nil, false
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
	return checkPadding(r, cutOff)
}

// checkPadding accepts the zeros with which bsdtar fills the last block of an archive that it writes to a pipe.
func checkPadding(r *bufio.Reader, other error) error {
	for range blockLength {
		switch b, err := r.ReadByte(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read the archive's end: %w", err)
		case b != 0:
			return other
		}
	}
	return other
}
