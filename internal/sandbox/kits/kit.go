// Package kits makes the integration kits of the sandbox: zip archives in the layouts that are seen in the wild, archives
// of any wanted size, and hostile ones. All are made from code alone, so the same kit always has the same bytes.
package kits

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"
)

// Kit is one archive. It is built at its first use, and is safe for concurrent use.
type Kit struct {
	build func() []segment

	contents sync.Once
	parts    []segment
	size     int64

	digests sync.Once
	sha256  string
	md5     string
}

// segment is a run of bytes: data, repeated until length bytes are reached. A large kit needs no memory for its body.
type segment struct {
	data   []byte
	length int64
}

func newKit(build func() []segment) *Kit { return &Kit{build: build} }

// FromBytes makes a kit of bytes as they are, which need not be an archive.
func FromBytes(b []byte) *Kit {
	return newKit(func() []segment { return []segment{{data: b, length: int64(len(b))}} })
}

func (k *Kit) segments() []segment {
	k.contents.Do(func() {
		k.parts = k.build()
		for _, p := range k.parts {
			k.size += p.length
		}
	})
	return k.parts
}

// Size is the length of the archive in bytes.
func (k *Kit) Size() int64 {
	k.segments()
	return k.size
}

// SHA256 is the digest of the archive, in lower-case hex.
func (k *Kit) SHA256() string {
	k.digest()
	return k.sha256
}

// ETag is the strong entity tag an object storage gives the archive. It has the look of an MD5, as such tags have, and is
// not the SHA-256.
func (k *Kit) ETag() string {
	k.digest()
	return `"` + k.md5 + `"`
}

func (k *Kit) digest() {
	k.digests.Do(func() {
		content := sha256.New()
		if err := k.WriteRange(content, 0, k.Size()); err != nil {
			panic("kits: a hash refused bytes: " + err.Error()) // hash.Hash never returns an error
		}
		sum := content.Sum(nil)
		tag := md5.Sum(sum)
		k.sha256, k.md5 = hex.EncodeToString(sum), hex.EncodeToString(tag[:])
	})
}

// WriteRange writes n bytes from offset on, without copying them first.
func (k *Kit) WriteRange(w io.Writer, offset, n int64) error {
	for _, p := range k.segments() {
		if offset >= p.length {
			offset -= p.length
			continue
		}
		for n > 0 && offset < p.length {
			from := offset % int64(len(p.data))
			to := min(int64(len(p.data)), from+n, from+p.length-offset)
			if _, err := w.Write(p.data[from:to]); err != nil {
				return err
			}
			offset += to - from
			n -= to - from
		}
		offset = 0
		if n == 0 {
			return nil
		}
	}
	return nil
}

// Bytes is the whole archive in memory.
func (k *Kit) Bytes() []byte {
	var b bytes.Buffer
	b.Grow(int(k.Size()))
	if err := k.WriteRange(&b, 0, k.Size()); err != nil {
		panic("kits: a buffer refused bytes: " + err.Error()) // bytes.Buffer never returns an error
	}
	return b.Bytes()
}
