package kitzip

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// bigKit writes a kit of about so many MiB to disk: a jar of half of that, which
// cannot be compressed further, as jars are, and eight that can, to about a half.
func bigKit(t testing.TB, mib int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "kit.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	random := rand.NewChaCha8([32]byte{1})
	add := func(name string, kib, repeat int) {
		w, err := z.Create("kit-1.0/dist/pingfederate/server/default/deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		chunk := make([]byte, 1<<10)
		for i := range kib {
			if i%repeat == 0 {
				random.Read(chunk) // never fails
			}
			if _, err := w.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
	}
	add("pf-big-adapter-1.0.jar", mib<<9, 1)
	for i := range 8 {
		add(fmt.Sprintf("part%d-1.0.jar", i), mib<<7, 2)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// unpack is the whole way of an archive, and returns how many bytes it wrote.
func unpack(t testing.TB, path string) (bytes int64) {
	t.Helper()
	a, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Place(PlaceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	written, err := a.Extract(t.Context(), root, p.Files, ExtractOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []io.Closer{root, a} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range written {
		bytes += file.Size
	}
	return bytes
}

func TestMemoryDoesNotGrowWithTheKit(t *testing.T) {
	for _, mib := range []int{1, 8} {
		path := bigKit(t, mib)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		unpack(t, path)
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 2<<20 {
			t.Errorf("a kit of %d MiB took %d KiB in all", mib, allocated>>10)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path := bigKit(b, 50)
	b.ReportAllocs()
	for b.Loop() {
		a, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	path := bigKit(b, 50)
	b.ReportAllocs()
	for b.Loop() {
		a, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := a.Verify(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnpack opens, verifies, places and extracts.
func BenchmarkUnpack(b *testing.B) {
	path := bigKit(b, 50)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(unpack(b, path))
	}
}
