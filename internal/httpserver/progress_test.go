package httpserver

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestLastProgressArrives makes calls that report right before they end, as
// mcp-go loses most of such reports. Without the wait for them in
// internal/serve it fails.
func TestLastProgressArrives(t *testing.T) {
	b := start(t, Options{})
	eras(t, func(t *testing.T, era string) {
		const clients, calls = 8, 50
		var lost atomic.Int32
		var all sync.WaitGroup
		for range clients {
			c := b.as("", era)
			all.Go(func() {
				for range calls {
					if text, before := c.call("report"); text != "done" || len(before) != 1 || before[0] != "notifications/progress" {
						lost.Add(1)
					}
				}
			})
		}
		all.Wait()
		if n := lost.Load(); n > 0 {
			t.Errorf("of %d calls %d lost their progress", clients*calls, n)
		}
	})
}
