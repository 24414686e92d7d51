package kits

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
)

// bodyBlock is the length of the block that the body of a sized kit repeats.
const bodyBlock = 1 << 20

// Sized makes a kit in layout A of exactly size bytes (at least 4 KiB and less than 4 GiB). Its one large jar is stored,
// not compressed; its bytes are produced while they are sent, so memory does not grow with the size.
func Sized(size int64) *Kit {
	if size < 4<<10 || size >= 4<<30 {
		panic(fmt.Sprintf("kits: cannot make a kit of %d bytes", size))
	}
	return newKit(func() []segment {
		frame := sizedSegments(0)
		var overhead int64
		for _, s := range frame {
			overhead += s.length
		}
		return sizedSegments(size - overhead)
	})
}

// sizedSegments lays out the archive around a body of n bytes.
func sizedSegments(n int64) []segment {
	block := noise("sized kit", bodyBlock)
	body := segment{data: block, length: n}

	rec := &recorder{}
	w := zip.NewWriter(rec)
	add := func(name string, s segment) error {
		entry, err := w.CreateRaw(&zip.FileHeader{
			Name: name, Method: zip.Store, Modified: packed,
			CRC32: crc(s), CompressedSize64: uint64(s.length), UncompressedSize64: uint64(s.length),
		})
		if err != nil {
			return err
		}
		// The writer must see each byte of the body to count the offsets; the recorder keeps none of them.
		if err := w.Flush(); err != nil {
			return err
		}
		rec.open(s)
		for left := s.length; left > 0; {
			part := min(left, int64(len(s.data)))
			if _, err := entry.Write(s.data[:part]); err != nil {
				return err
			}
			left -= part
		}
		if err := w.Flush(); err != nil {
			return err
		}
		rec.close()
		return nil
	}
	legal := document("Legal notices of the big kit")
	err := add("big-kit/Legal.pdf", segment{data: legal, length: int64(len(legal))})
	if err == nil {
		err = add("big-kit/dist/pingfederate/server/default/deploy/pf-big-adapter-1.0.jar", body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("kits: cannot lay out a sized kit: " + err.Error()) // the recorder takes everything
	}
	return rec.segments
}

// crc is the checksum of a segment.
func crc(s segment) uint32 {
	var sum uint32
	for left := s.length; left > 0; {
		part := min(left, int64(len(s.data)))
		sum = crc32.Update(sum, crc32.IEEETable, s.data[:part])
		left -= part
	}
	return sum
}

// recorder turns what is written to it into segments. Between open and close it trusts the segment given and keeps nothing.
type recorder struct {
	segments []segment
	inBody   bool
}

func (r *recorder) Write(p []byte) (int, error) {
	if !r.inBody {
		r.segments = append(r.segments, segment{data: append([]byte(nil), p...), length: int64(len(p))})
	}
	return len(p), nil
}

func (r *recorder) open(s segment) {
	if s.length > 0 {
		r.segments = append(r.segments, s)
	}
	r.inBody = true
}

func (r *recorder) close() { r.inBody = false }
