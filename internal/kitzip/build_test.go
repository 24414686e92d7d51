package kitzip

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
)

// zipOf makes an archive of the named files as a build tool would, with data
// descriptors. A name that ends in a slash is a folder. Contents are the name
// itself, or what follows a "=" in it.
func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range names {
		name, content, given := strings.Cut(name, "=")
		if !given {
			content = name
		}
		w, err := z.Create(name)
		if err == nil && !strings.HasSuffix(name, "/") {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// open opens an archive in memory that must be accepted.
func open(t testing.TB, data []byte) *Archive {
	t.Helper()
	a, err := OpenReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// raw is an entry of which every field of both headers can be set. What is left
// zero gets the value that is right.
type raw struct {
	name      string
	localName string
	body      string // as it stands in the archive
	method    uint16
	flags     uint16
	attrs     uint32
	crc       uint32
	size      uint32 // full size
	packed    uint32 // announced compressed size
	offset    uint32 // of the local header
	pad       string // before the local header
	behind    string // after the body, such as a data descriptor
	extra     string // in the directory
	local     local  // what differs in the entry's own header
}

// local is what an entry's own header says of its contents; nil is what the directory says.
type local struct {
	crc, size, packed *uint32
	extra             string
}

// rawZip puts an archive together byte by byte.
func rawZip(entries ...raw) []byte {
	var out, dir []byte
	le := binary.LittleEndian
	for _, e := range entries {
		out = append(out, e.pad...)
		if e.localName == "" {
			e.localName = e.name
		}
		if e.crc == 0 && e.method == zip.Store {
			e.crc = crc32.ChecksumIEEE([]byte(e.body))
		}
		if e.size == 0 {
			e.size = uint32(len(e.body))
		}
		if e.packed == 0 {
			e.packed = uint32(len(e.body))
		}
		if e.offset == 0 {
			e.offset = uint32(len(out))
		}
		shared := func(crc, packed, size uint32) []byte {
			record := le.AppendUint16(nil, 20)
			record = le.AppendUint16(record, e.flags)
			record = le.AppendUint16(record, e.method)
			record = le.AppendUint32(record, 0) // time and date
			record = le.AppendUint32(record, crc)
			record = le.AppendUint32(record, packed)
			return le.AppendUint32(record, size)
		}
		or := func(other *uint32, value uint32) uint32 {
			if other != nil {
				return *other
			}
			return value
		}

		out = append(le.AppendUint32(out, localSignature), shared(or(e.local.crc, e.crc), or(e.local.packed, e.packed), or(e.local.size, e.size))...)
		out = le.AppendUint16(out, uint16(len(e.localName)))
		out = le.AppendUint16(out, uint16(len(e.local.extra)))
		out = append(append(append(append(out, e.localName...), e.local.extra...), e.body...), e.behind...)

		dir = le.AppendUint32(dir, centralSignature)
		dir = le.AppendUint16(dir, 3<<8|20) // made on Unix
		dir = append(dir, shared(e.crc, e.packed, e.size)...)
		dir = le.AppendUint16(dir, uint16(len(e.name)))
		dir = le.AppendUint16(dir, uint16(len(e.extra)))
		dir = append(dir, make([]byte, 6)...) // comment, disk, internal attributes
		dir = le.AppendUint32(dir, e.attrs)
		dir = le.AppendUint32(dir, e.offset)
		dir = append(append(dir, e.name...), e.extra...)
	}
	start := len(out)
	out = append(out, dir...)
	out = le.AppendUint32(out, endSignature)
	out = le.AppendUint32(out, 0)
	out = le.AppendUint16(out, uint16(len(entries)))
	out = le.AppendUint16(out, uint16(len(entries)))
	out = le.AppendUint32(out, uint32(len(dir)))
	out = le.AppendUint32(out, uint32(start))
	return le.AppendUint16(out, 0)
}
