package fsutil

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// Stderr is the process's stderr. A write that takes longer than a second fails.
var Stderr io.Writer = NewBoundedWriter(os.Stderr, time.Second)

// ErrStalled is the error of a write that did not end in time, and of every
// write until it does.
var ErrStalled = errors.New("the output is stalled: its reader does not read")

// BoundedWriter passes each write on as one and within a time limit, so that a
// process does not hang on an output that is not read, such as a full pipe at stderr.
type BoundedWriter struct {
	out     io.Writer
	limit   time.Duration
	turn    chan struct{} // held while out is written to
	stalled atomic.Bool
}

// NewBoundedWriter returns a writer for out whose writes take at most limit.
func NewBoundedWriter(out io.Writer, limit time.Duration) *BoundedWriter {
	return &BoundedWriter{out: out, limit: limit, turn: make(chan struct{}, 1)}
}

// Write writes p, or returns ErrStalled. The end of a stalled write may still
// come through later; no other write overtakes it.
func (w *BoundedWriter) Write(p []byte) (int, error) {
	if w.stalled.Load() {
		return 0, ErrStalled
	}
	timer := time.NewTimer(w.limit)
	defer timer.Stop()
	select {
	case w.turn <- struct{}{}:
	case <-timer.C:
		return 0, ErrStalled
	}
	kept := bytes.Clone(p) // p is the caller's again once Write returns
	done := make(chan error, 1)
	go func() {
		_, err := w.out.Write(kept)
		done <- err
		w.stalled.Store(false)
		<-w.turn
	}()
	select {
	case err := <-done:
		if err != nil {
			return 0, err
		}
		return len(p), nil
	case <-timer.C:
		w.stalled.Store(true)
		if len(done) > 0 { // it ended at this moment
			w.stalled.Store(false)
		}
		return 0, ErrStalled
	}
}
