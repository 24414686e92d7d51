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
	name       string
	localName  string
	body       string // as it stands in the archive
	method     uint16
	flags      uint16
	attrs      uint32
	crc        uint32
	size       uint32              // full size
	packed     uint32              // announced compressed size
	offset     uint32              // of the local header
	pad        string              // before the local header
	behind     string              // after the body, such as a data descriptor
	extra      string              // in the directory, and in the own header where the size is there
	local      func(header []byte) // changes the own header
	localExtra string
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
		if e.size == 1<<32-1 {
			e.localExtra = e.extra
		}
		shared := le.AppendUint16(nil, 20)
		shared = le.AppendUint16(shared, e.flags)
		shared = le.AppendUint16(shared, e.method)
		shared = le.AppendUint32(shared, 0) // time and date
		shared = le.AppendUint32(shared, e.crc)
		shared = le.AppendUint32(shared, e.packed)
		shared = le.AppendUint32(shared, e.size)

		header := append(le.AppendUint32(nil, localSignature), shared...)
		header = le.AppendUint16(header, uint16(len(e.localName)))
		header = le.AppendUint16(header, uint16(len(e.localExtra)))
		if e.local != nil {
			e.local(header)
		}
		out = append(append(append(append(append(out, header...), e.localName...), e.localExtra...), e.body...), e.behind...)

		dir = le.AppendUint32(dir, centralSignature)
		dir = le.AppendUint16(dir, 3<<8|20) // made on Unix
		dir = append(dir, shared...)
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
