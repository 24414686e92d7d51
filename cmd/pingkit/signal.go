package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// signalCause is why a context ended: the process was told to stop.
type signalCause struct{ os.Signal }

func (c signalCause) Error() string { return "stopped by a signal: " + c.String() }

// untilSignal returns a context that ends with the first SIGINT or SIGTERM, so
// that what is under way is undone or brought to its end. A second signal ends
// the process at once. That nobody reads what is told on the way does not end it.
func untilSignal(parent context.Context) (context.Context, func()) {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(signalCause{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// signalOf returns the signal that ended ctx, or nil.
func signalOf(ctx context.Context) os.Signal {
	if cause, ok := errors.AsType[signalCause](context.Cause(ctx)); ok {
		return cause.Signal
	}
	return nil
}

// stoppedError is the failure of a command that a signal stopped.
type stoppedError struct {
	signal os.Signal
	err    error
}

func (e *stoppedError) Error() string {
	if errors.Is(e.err, context.Canceled) && e.err.Error() == context.Canceled.Error() {
		return "stopped (" + e.signal.String() + ")"
	}
	return "stopped (" + e.signal.String() + "): " + e.err.Error()
}

func (e *stoppedError) Unwrap() error { return e.err }
