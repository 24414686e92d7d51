package httptransport

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestLastProgressArrives makes calls that report right before they end, of
// which mcp-go loses some.
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

// TestReportsStayWithTheirCall has another call of the session wait: mcp-go
// would send half of the reports on its stream.
func TestReportsStayWithTheirCall(t *testing.T) {
	b := start(t, Options{})
	eras(t, func(t *testing.T, era string) {
		c := b.as("", era)
		strays := make(chan int, 1)
		request := c.callRequest(t.Context(), "wait")
		go func() {
			n := 0
			if response, err := b.client.Do(request); err == nil {
				b.events(response, func(e event) {
					if e.Method != "" {
						n++
					}
				})
			}
			strays <- n
		}()
		b.began()
		for range 20 {
			if text, before := c.call("report"); text != "done" || len(before) != 1 {
				t.Errorf("before %q came %v", text, before)
			}
		}
		b.finish <- "finished"
		if n := await(t, strays, "the call goes on"); n > 0 {
			t.Errorf("%d reports went to another call", n)
		}
	})
}
