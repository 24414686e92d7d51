package download_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// Nothing is allocated per byte: what a download takes in all does not grow with
// its size. The sandbox's part is in it.
func TestMemoryDoesNotGrowWithTheKit(t *testing.T) {
	for name, how := range map[string]download.Options{
		"without cache": {},
		"with cache":    {Cache: download.NewCache(t.TempDir())},
	} {
		bench := newBench(t, sandbox.Options{}, how)
		allocated := func(megabytes int64) int64 {
			kit := kits.Sized(megabytes * 1_000_000)
			kit.SHA256() // computed before anything is counted
			bench.ReplaceKit(kitName, kitNumber, kit)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			result, err := bench.fetcher.Fetch(deadline(t), bench.request, nil)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(result.Path); err != nil {
				t.Fatal(err)
			}
			return int64(after.TotalAlloc - before.TotalAlloc)
		}
		allocated(1) // connections, and what is made once
		small, large := allocated(5), allocated(50)
		t.Logf("%s: 5 MB take %d KiB, 50 MB take %d KiB", name, small>>10, large>>10)
		if large-small > 2<<20 {
			t.Errorf("%s: 5 MB take %d KiB, and 50 MB %d KiB", name, small>>10, large>>10)
		}
	}
}

func BenchmarkFetch(b *testing.B) {
	for _, megabytes := range []int64{5, 50} {
		b.Run(fmt.Sprintf("%dMB", megabytes), func(b *testing.B) {
			bench := newBench(b, sandbox.Options{}, download.Options{})
			kit := kits.Sized(megabytes * 1_000_000)
			kit.SHA256() // computed before the clock runs
			bench.ReplaceKit(kitName, kitNumber, kit)
			b.SetBytes(kit.Size())
			b.ReportAllocs()
			for b.Loop() {
				result, err := bench.fetcher.Fetch(deadline(b), bench.request, nil)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := os.Remove(result.Path); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
