package mcpserver

import (
	"context"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/tools"
)

// progressInterval keeps progress at five notifications a second.
const progressInterval = 200 * time.Millisecond

// progress gives a call whose client sent a progress token a way to report, and
// makes sure that the reports arrive before the result.
func progress(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if request.Params.Meta == nil || request.Params.Meta.ProgressToken == nil {
			return next(ctx, request)
		}
		notify := notifierOf(ctx)
		r := &reporter{token: request.Params.Meta.ProgressToken, now: time.Now, send: func(params map[string]any) error {
			return notify(progressMethod, params)
		}}
		stop := func() {}
		if tools.NeedsApproval(request.Params.Name) {
			stop = r.beat()
		}
		result, err := next(tools.WithProgress(ctx, r.report), request)
		stop()
		if r.end() {
			time.Sleep(apart)
		}
		return result, err
	}
}

const progressMethod = "notifications/progress"

// apart is what lies between the last report and the result. The TypeScript SDK
// forgets a call before it has looked at a report that it reads together with
// the result.
const apart = 10 * time.Millisecond

// reporter sends the progress of one call: increasing, the end always, else at most five times a
// second, and never after its end.
type reporter struct {
	token mcp.ProgressToken
	send  func(params map[string]any) error
	now   func() time.Time

	mu    sync.Mutex
	sent  bool
	ended bool
	last  int64
	at    time.Time
}

func (r *reporter) report(done, total int64, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.ended || done <= r.last || (r.sent && done != total && now.Sub(r.at) < progressInterval) {
		return
	}
	params := map[string]any{"progressToken": r.token, "progress": done}
	if total > 0 {
		params["total"] = total
	}
	if what != "" {
		params["message"] = what
	}
	if r.send(params) == nil { // a full queue or a client that is gone: progress is not worth more
		r.sent, r.last, r.at = true, done, now
	}
}

// beatInterval is how often a call that waits for a person or for PingCentral
// reports. Clients give up after 60 seconds without a report.
const beatInterval = 5 * time.Second

// beat reports the seconds that passed until stop is called.
func (r *reporter) beat() (stop func()) {
	begin, done := r.now(), make(chan struct{})
	go func() {
		ticker := time.NewTicker(beatInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r.report(int64(r.now().Sub(begin).Seconds()), 0, "waiting for the approval or for PingCentral")
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// end stops the reports and tells whether there was one.
func (r *reporter) end() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	return r.sent
}
