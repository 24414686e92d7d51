package serve

import (
	"context"
	"time"

	"github.com/mark3labs/mcp-go/server"
)

const (
	drainLimit = 250 * time.Millisecond
	drainPoll  = time.Millisecond
	drainWrite = 2 * time.Millisecond
)

// drain waits until the notifications of a call are on their way. mcp-go sends
// notifications and results from different goroutines, so without it the last
// notification comes after the result over stdio and never over HTTP, where the
// result ends the stream. An empty queue does not yet mean that the last one is
// written: hence the short wait after it.
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
