package httptransport

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soak is how long TestManyCallers goes on. The real servers are soaked by make soak.
const soak = 2 * time.Second

// TestManyCallers has 64 callers of both eras call as fast as they can.
func TestManyCallers(t *testing.T) {
	b := start(t, Options{Authorize: byHeader, Limits: Limits{Concurrent: DefaultLimits.Concurrent}})
	const callers = 64
	var clients []*caller
	for i := range callers {
		clients = append(clients, b.as(fmt.Sprint("caller", i), []string{legacy, modern}[i%2]))
	}
	var calls, failures atomic.Int64
	work := func(until time.Time) {
		var all sync.WaitGroup
		for _, c := range clients {
			all.Go(func() {
				for time.Now().Before(until) {
					calls.Add(2)
					if text, _ := c.call("whoami"); text != "you are "+c.name {
						failures.Add(1)
						t.Log(text)
					}
					if text, before := c.call("report"); text != "done" || len(before) != 1 {
						failures.Add(1)
						t.Log(text, before)
					}
				}
			})
		}
		all.Wait()
	}
	work(time.Now().Add(soak / 4)) // fills pools and buffers
	heapBefore, goroutinesBefore := heap(), runtime.NumGoroutine()
	work(time.Now().Add(soak))
	heapAfter, goroutinesAfter := heap(), runtime.NumGoroutine()
	t.Logf("%d calls; the heap went from %d to %d KB, goroutines from %d to %d", calls.Load(), heapBefore>>10, heapAfter>>10, goroutinesBefore, goroutinesAfter)
	if failures.Load() > 0 {
		t.Errorf("%d of %d calls failed", failures.Load(), calls.Load())
	}
	if heapAfter > heapBefore+8<<20 {
		t.Errorf("the heap grew from %d to %d bytes", heapBefore, heapAfter)
	}
	if goroutinesAfter > goroutinesBefore+2*callers {
		t.Errorf("goroutines went from %d to %d", goroutinesBefore, goroutinesAfter)
	}
}
