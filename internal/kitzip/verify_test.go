package kitzip

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// liar is an archive with one deflated entry that announces another size.
func liar(contents string, size int) []byte {
	return beside(raw{name: "dist/liar.jar", body: deflate(contents), method: zip.Deflate, crc: crc32.ChecksumIEEE([]byte(contents)), size: uint32(size)})
}

func TestVerifyRefuses(t *testing.T) {
	small := defaultLimits
	small.bytes = 5000
	dense := defaultLimits
	dense.ratioFloor = 2000
	zeros := strings.Repeat("\x00", 100_000)
	for _, test := range []struct {
		name   string
		data   []byte
		limits limits
		want   Reason // empty: ErrDamaged
	}{
		{"more than announced", liar(zeros, 10), defaultLimits, ReasonSize},
		{"one byte more than announced", liar("0123456789", 9), defaultLimits, ReasonSize},
		{"less than announced", liar("0123456789", 11), defaultLimits, ""},
		{"wrong checksum", beside(raw{name: "x", body: "hello", crc: 1}), defaultLimits, ""},
		{"not deflated", beside(raw{name: "x", body: "hello", method: zip.Deflate, crc: 1}), defaultLimits, ""},
		{"deflated and cut off", beside(raw{name: "x", body: deflate(zeros)[:20], method: zip.Deflate, crc: 1, size: uint32(len(zeros))}), defaultLimits, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := openReader(bytes.NewReader(test.data), int64(len(test.data)), test.limits)
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			for range 2 { // the second time as well
				digests, err := a.Verify(t.Context())
				if err != nil || len(digests) != 1 {
					t.Errorf("digests %v, %v; only the sound file has one", digests, err)
				}
				_, err = a.Place(PlaceOptions{})
				var unsafe *UnsafeError
				switch {
				case test.want == "" && !errors.Is(err, ErrDamaged):
					t.Errorf("got %v, want ErrDamaged", err)
				case test.want != "" && (!errors.As(err, &unsafe) || unsafe.Reason != test.want):
					t.Errorf("got %v, want the reason %s", err, test.want)
				}
			}
		})
	}
	t.Run("limits while inflating", func(t *testing.T) {
		// What Open would refuse by what is announced, so that only the counting can.
		for _, test := range []struct {
			limits limits
			want   Reason
		}{{small, ReasonSize}, {dense, ReasonRatio}} {
			a := open(t, zipOf(t, "dist/x.jar="+zeros))
			a.limits = test.limits
			if _, err := a.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err := a.Place(PlaceOptions{})
			var unsafe *UnsafeError
			if !errors.As(err, &unsafe) || unsafe.Reason != test.want {
				t.Errorf("got %v, want the reason %s", err, test.want)
			}
		}
	})
}

func TestCountingStopsEarly(t *testing.T) {
	// 8 MiB of zeros that announce to be few: what is read must be a small part of it.
	data := liar(strings.Repeat("\x00", 8<<20), 100)
	a := open(t, data)
	in := a.inflater()
	var out bytes.Buffer
	_, _, err := in.copy(t.Context(), &out, a.entries["dist/liar.jar"])
	if !errors.Is(err, ErrUnsafe) || out.Len() > 200<<10 {
		t.Errorf("%d bytes came out: %v", out.Len(), err)
	}
}

func TestVerifyGivesDigests(t *testing.T) {
	a := open(t, zipOf(t, "kit/dist/", "kit/dist/x.jar=one", "kit/empty="))
	digests, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Digests{"kit/dist/x.jar": fmt.Sprintf("%x", sha256.Sum256([]byte("one"))), "kit/empty": fmt.Sprintf("%x", sha256.Sum256(nil))}
	if fmt.Sprint(digests) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", digests, want)
	}
	digests["kit/empty"] = "changed by the caller"
	if again, err := a.Verify(t.Context()); err != nil || fmt.Sprint(again) != fmt.Sprint(want) {
		t.Errorf("the second time: %v, %v", again, err)
	}
}

// countingReader counts the bytes that are read through it.
type countingReader struct {
	io.ReaderAt
	read int64
}

func (r *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, off)
	r.read += int64(n)
	return n, err
}

func TestOpenAndVerifyReadAnArchiveOnce(t *testing.T) {
	jar := make([]byte, 1<<20)
	if _, err := rand.NewChaCha8([32]byte{}).Read(jar); err != nil { // does not compress
		t.Fatal(err)
	}
	data := zipOf(t, "kit/dist/x.jar="+string(jar))
	source := &countingReader{ReaderAt: bytes.NewReader(data)}
	a, err := OpenReader(source, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := a.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if most := int64(len(data)) + 64<<10; source.read > most { // the directory and headers are read besides
		t.Errorf("%d bytes were read of an archive of %d", source.read, len(data))
	}
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	a := open(t, zipOf(t, "dist/x.jar"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := a.Verify(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
