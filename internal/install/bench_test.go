package install_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sandbox/kits"
)

// large locks a kit with two jars of so many bytes each. As with real ones, packing
// makes them a little smaller.
func (b *bench) large(name string, size int) lockfile.Kit {
	b.t.Helper()
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	z.RegisterCompressor(zip.Deflate, newFastWriter)
	random := rand.NewChaCha8([32]byte{1})
	chunk := make([]byte, 16<<10)
	for part := range 2 {
		w, err := z.Create(fmt.Sprintf("%s-1.0/dist/%s-part%d-1.0.jar", name, name, part))
		if err != nil {
			b.t.Fatal(err)
		}
		for left := size; left > 0; left -= len(chunk) {
			random.Read(chunk) // never fails
			for at := 0; at < len(chunk); at += 4 {
				chunk[at] = 0
			}
			if _, err := w.Write(chunk[:min(left, len(chunk))]); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.archive(name, "1.0", kits.FromBytes(data.Bytes()))
}

// What a sync allocates in all does not grow with the size of the kits. Its
// buffers are pooled, and a pool forgets some at each collection (under the race
// detector at random): a few of them are no growth, a byte for each of the kit's is.
func TestMemoryDoesNotGrowWithTheKit(t *testing.T) {
	b := newBench(t)
	small, large := lockOf(b.large("pf-small", 200_000)), lockOf(b.large("pf-large", 10_000_000))
	allocated := func(l *lockfile.Lock) int64 {
		b.remove("")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.sync(l)
		b.sync(l) // nothing to do
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	allocated(small) // what is made once
	few, many := allocated(small), allocated(large)
	t.Logf("a kit of 0.4 MB takes %d KiB, one of 20 MB %d KiB", few>>10, many>>10)
	if many-few > 2<<20 {
		t.Errorf("a kit of 0.4 MB takes %d KiB, and one of 20 MB %d KiB", few>>10, many>>10)
	}
}

// BenchmarkSync syncs twenty kits of 4 MB out of the cache: into an empty target,
// and into one where all is as it should be.
func BenchmarkSync(b *testing.B) {
	t := newBench(b)
	var all []lockfile.Kit
	var size int64
	for i := range 20 {
		k := t.large(fmt.Sprintf("pf-kit%02d", i), 2_000_000)
		all, size = append(all, k), size+k.Size
	}
	l := lockOf(all...)
	// On the disk, for a sync brings what it writes there.
	t.dir = filepath.Join(b.TempDir(), "target")
	for name, empty := range map[string]bool{"first": true, "nothing to do": false} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if empty {
					b.StopTimer()
					if err := os.RemoveAll(t.dir); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
				if _, err := install.Sync(b.Context(), t.options(l)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func newFastWriter(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) }
