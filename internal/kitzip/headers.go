package kitzip

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/klauspost/compress/zip"
)

// Extra fields of an entry (APPNOTE.TXT 4.5.3 and 4.6.9).
const (
	extraZip64       = 0x0001
	extraUnicodePath = 0x7075
)

// localHeader is an entry's own header, which programs that read an archive as a
// stream go by.
type localHeader struct {
	crc, packed, full uint32
	extra             []byte
}

// readLocalExtra reads the extra field of the header at an offset.
func readLocalExtra(r io.ReaderAt, at int64, entry *zip.File, length int) ([]byte, error) {
	extra := make([]byte, length)
	if n, err := r.ReadAt(extra, at); n < length {
		if err == io.EOF {
			return nil, broken(entry, "is cut off")
		}
		return nil, fmt.Errorf("read the header of %s: %w", quote(entry.Name), err)
	}
	return extra, nil
}

// disputed compares what the two headers of an entry say of its contents and its
// name. The result is nil where every program sees the same file.
func disputed(entry *zip.File, local localHeader) *unfit {
	say := func(other, format string, args ...any) *unfit {
		return &unfit{&UnsafeError{Reason: ReasonDisputed, Entry: entry.Name, Detail: fmt.Sprintf(format, args...)}, other}
	}
	for _, extra := range [][]byte{entry.Extra, local.extra} {
		// A field whose checksum is not that of the name is out of date. Programs
		// that do not compare it still use the name.
		field := extraField(extra, extraUnicodePath)
		if len(field) < 5 {
			continue
		}
		if name := string(field[5:]); name != entry.Name {
			stale := ""
			if binary.LittleEndian.Uint32(field[1:]) != crc32.ChecksumIEEE([]byte(entry.Name)) {
				stale = ", which is out of date"
			}
			return say(name, "has the name %s in its Unicode Path field%s", quote(name), stale)
		}
	}
	packed, full := uint64(local.packed), uint64(local.full)
	large := extraField(local.extra, extraZip64)
	for _, size := range []struct {
		short uint32
		value *uint64
	}{{local.full, &full}, {local.packed, &packed}} { // the field has them in this order
		if size.short == math.MaxUint32 && len(large) >= 8 {
			*size.value, large = binary.LittleEndian.Uint64(large), large[8:]
		}
	}
	// With a data descriptor the header holds zeros, or what is known already.
	later := entry.Flags&flagDescriptor != 0
	differs := func(local, central uint64) bool { return local != central && !(later && local == 0) }
	unknown := func(short uint32) bool { return later && short == math.MaxUint32 }
	switch {
	case differs(uint64(local.crc), uint64(entry.CRC32)):
		return say("", "has another checksum in its own header")
	case differs(packed, entry.CompressedSize64) && !unknown(local.packed), differs(full, entry.UncompressedSize64) && !unknown(local.full):
		return say("", "has another size in its own header")
	}
	return nil
}

// extraField returns the first extra field of a kind, or nil.
func extraField(extra []byte, kind uint16) []byte {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; size > len(extra) {
			return nil
		}
		if id == kind {
			return extra[:size]
		}
		extra = extra[size:]
	}
	return nil
}
