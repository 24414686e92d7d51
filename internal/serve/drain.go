package serve

import (
	"context"
	"time"

	"github.com/mark3labs/mcp-go/server"
)

const (
	drainLimit = 250 * time.Millisecond
	drainPoll  = time.Millisecond
	drainWrite = 10 * time.Millisecond
)

// drain waits until the notifications of a call over HTTP are on their way.
// mcp-go sends notifications and results from different goroutines, and the
// result ends the stream, so that without it the last notification is lost. An
// empty queue does not yet mean that the last one is written: hence the short
// wait after it. Over stdio they are written in order, see lines.
func drain(ctx context.Context) {
	session := server.ClientSessionFromContext(ctx)
	if session == nil {
		return
	}
	queue := session.NotificationChannel()
	for deadline := time.Now().Add(drainLimit); len(queue) > 0 && time.Now().Before(deadline); {
		time.Sleep(drainPoll)
	}
	time.Sleep(drainWrite)
}
