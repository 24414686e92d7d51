package kits

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// rawEntry is one entry of a zip as its bytes shall be, however wrong: archive/zip would refuse to write most of them.
// The numbers follow PKWARE's APPNOTE.TXT, 4.3.7 and 4.3.12.
type rawEntry struct {
	name    string
	flags   uint16 // bit 0: encrypted; bit 11: the name is UTF-8
	method  uint16 // 0 stored, 8 deflated
	body    []byte // as it stands in the archive
	crc     uint32
	size    uint32 // what the headers claim the inflated length to be
	mode    uint32 // unix mode, in the upper half of the external attributes
	central string // another name in the central directory; "" for the same
}

// stored is an ordinary entry without compression.
func stored(name string, content []byte) rawEntry {
	return rawEntry{name: name, body: content, crc: crc32.ChecksumIEEE(content), size: uint32(len(content)), mode: 0o100644}
}

// rawZip writes the entries and a central directory that lists them.
func rawZip(entries ...rawEntry) []byte {
	var b, directory bytes.Buffer
	for _, e := range entries {
		offset := uint32(b.Len())
		central := e.central
		if central == "" {
			central = e.name
		}
		put(&b, uint32(0x04034b50), uint16(20), e.flags, e.method, uint16(0x4bc0), uint16(0x582f), // 2024-01-15 09:30
			e.crc, uint32(len(e.body)), e.size, uint16(len(e.name)), uint16(0))
		b.WriteString(e.name)
		b.Write(e.body)

		put(&directory, uint32(0x02014b50), uint16(3<<8|20), uint16(20), e.flags, e.method, uint16(0x4bc0), uint16(0x582f),
			e.crc, uint32(len(e.body)), e.size, uint16(len(central)), uint16(0), uint16(0), uint16(0), uint16(0), e.mode<<16, offset)
		directory.WriteString(central)
	}
	start, count := uint32(b.Len()), uint16(len(entries))
	b.Write(directory.Bytes())
	put(&b, uint32(0x06054b50), uint16(0), uint16(0), count, count, uint32(directory.Len()), start, uint16(0))
	return b.Bytes()
}

func put(b *bytes.Buffer, numbers ...any) {
	for _, n := range numbers {
		switch n := n.(type) {
		case uint16:
			b.Write(binary.LittleEndian.AppendUint16(nil, n))
		case uint32:
			b.Write(binary.LittleEndian.AppendUint32(nil, n))
		}
	}
}
