package main

import (
	"context"
	"time"

	"example.com/pingkit/connect"
)

// quietLimit is how long a request may be silent before the user is told which
// system it waits for.
const quietLimit = 5 * time.Second

// waiting notes on stderr which system has not answered for quietLimit, for
// connect.WithObserver. after is time.AfterFunc.
func (c *cli) waiting(after func(time.Duration, func()) *time.Timer) func(context.Context, connect.Attempt) func(connect.AttemptEnd) {
	return func(_ context.Context, a connect.Attempt) func(connect.AttemptEnd) {
		if a.System == connect.SystemStorage {
			return func(connect.AttemptEnd) {} // the bar shows it
		}
		timer := after(quietLimit, func() { c.note("waiting for %s at %s", a.System, a.Host) })
		return func(connect.AttemptEnd) { timer.Stop() }
	}
}
