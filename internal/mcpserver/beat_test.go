package mcpserver

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitingCallReportsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []int64
		r := &reporter{token: "t", now: time.Now, send: func(params map[string]any) error {
			sent = append(sent, params["progress"].(int64))
			return nil
		}}
		stop := r.beat()
		time.Sleep(3*beatInterval + time.Second)
		stop()
		synctest.Wait()
		time.Sleep(beatInterval)
		if want := []int64{5, 10, 15}; !slices.Equal(sent, want) {
			t.Errorf("sent %v, want %v", sent, want)
		}
	})
}
