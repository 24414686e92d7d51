package catalog

import (
	"context"
	"testing"
	"time"
)

// TestPanicOfAReading has a reading panic, in the goroutine of which nobody looks
// after it: it has to reach the caller, and leave nothing behind.
func TestPanicOfAReading(t *testing.T) {
	s := (&Catalog{}).Share(time.Minute, time.Now).shared
	func() {
		defer func() {
			if recover() != "hunter2" {
				t.Error("the caller does not see the panic")
			}
		}()
		_, err := share(t.Context(), s, "key", func(context.Context) (int, int64, error) { panic("hunter2") })
		t.Errorf("it returned %v", err)
	}()
	if got, err := share(t.Context(), s, "key", func(context.Context) (int, int64, error) { return 1, 1, nil }); got != 1 || err != nil {
		t.Errorf("afterwards: %d, %v", got, err)
	}
}
