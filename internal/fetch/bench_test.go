package fetch_test

import (
	"fmt"
	"os"
	"testing"

	"pingkit/internal/fetch"
	"pingkit/internal/sandbox"
	"pingkit/internal/sandbox/kits"
)

// Memory per download must not depend on the size.
func BenchmarkFetch(b *testing.B) {
	for _, megabytes := range []int64{5, 50} {
		b.Run(fmt.Sprintf("%dMB", megabytes), func(b *testing.B) {
			bench := newBench(b, sandbox.Options{}, fetch.Options{})
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
