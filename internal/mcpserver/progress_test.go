package mcpserver

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestReporterIsIncreasingAndSlow(t *testing.T) {
	now := time.Unix(0, 0)
	var sent []int64
	r := &reporter{token: "t", now: func() time.Time { return now }, send: func(params map[string]any) error {
		sent = append(sent, params["progress"].(int64))
		return nil
	}}
	for _, step := range []struct {
		after time.Duration
		done  int64
	}{
		{0, 10}, {time.Millisecond, 20}, {198 * time.Millisecond, 30}, {time.Millisecond, 40},
		{time.Second, 40}, {time.Second, 5}, {time.Second, 50},
	} {
		now = now.Add(step.after)
		r.report(step.done, 100, "kit")
	}
	if want := []int64{10, 40, 50}; !slices.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
	if !r.end() {
		t.Error("the end does not know of the reports")
	}
	now = now.Add(time.Second)
	r.report(100, 100, "kit")
	if len(sent) != 3 {
		t.Error("a report came after the end")
	}
}

func TestReporterOutlivesAFullQueue(t *testing.T) {
	full := true
	var sent int
	r := &reporter{token: 1, now: time.Now, send: func(map[string]any) error {
		if full {
			return errors.New("full")
		}
		sent++
		return nil
	}}
	r.report(1, 0, "")
	full = false
	r.report(2, 0, "")
	if sent != 1 {
		t.Errorf("%d reports were sent after the queue had room, want 1", sent)
	}
}
