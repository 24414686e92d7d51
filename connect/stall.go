package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ErrStalled is the cause of an [Error] whose answer began and then stopped
// arriving, or arrived so slowly that it was given up.
var ErrStalled = errors.New("the answer stopped arriving")

// errSilent is the cause of a read whose answer did not begin in time.
var errSilent = errors.New("no answer in time")

// watch has an attempt sent once, see exchange. It ends a read that is not
// answered, and a body that pauses too long, or (unless it is a file) takes too
// long in all. A write may take as long as its caller allows.
type watch struct {
	next              http.RoundTripper
	head, idle, total time.Duration
}

func (w *watch) RoundTrip(req *http.Request) (*http.Response, error) {
	this := callOf(req.Context())
	ctx, cancel := begin(req.Context())
	if w.head > 0 && isRead(req.Method) {
		timer := time.AfterFunc(w.head, func() { cancel(errSilent) })
		defer timer.Stop()
	}
	resp, err := w.next.RoundTrip(req.WithContext(ctx))
	if err == nil {
		err = plainProxyAnswer(resp)
	}
	if err != nil {
		switch end := context.Cause(ctx); end {
		case errSilent, errEnded, errUnused:
			err = end
		}
		cancel(nil)
		return nil, plainCause(req.Context(), err)
	}
	resp.Request = req
	body := &watchedBody{body: resp.Body, resp: resp, ctx: ctx, cancel: cancel, idle: w.idle}
	if !this.stream {
		plainMediaType(resp)
		body.end = time.Now().Add(w.total)
	}
	resp.Body = body
	return resp, nil
}

// plainCause makes a context's end recognisable by errors.Is even where the
// context was cancelled with a cause of the caller's own.
func plainCause(ctx context.Context, err error) error {
	if end := ctx.Err(); end != nil && !errors.Is(err, end) {
		return fmt.Errorf("%w: %w", end, err)
	}
	return err
}

type watchedBody struct {
	body   io.ReadCloser
	resp   *http.Response
	ctx    context.Context
	cancel context.CancelCauseFunc
	idle   time.Duration
	end    time.Time // zero: no end
	timer  *time.Timer
}

// Read lets the clock run only while it waits: a reader that pauses by itself,
// to write to a slow disk say, does not lose the download.
func (b *watchedBody) Read(p []byte) (int, error) {
	limit := b.idle
	if !b.end.IsZero() {
		limit = min(limit, time.Until(b.end))
	}
	if b.timer == nil {
		b.timer = time.AfterFunc(limit, func() { b.cancel(ErrStalled) })
	} else {
		b.timer.Reset(limit)
	}
	n, err := b.body.Read(p)
	b.timer.Stop()
	if err == nil || err == io.EOF {
		return n, err
	}
	switch context.Cause(b.ctx) {
	case ErrStalled, errSilent: // whose clock may ring while the answer begins
		err = ErrStalled
	}
	return n, broken(b.resp, plainCause(b.resp.Request.Context(), err))
}

// extend moves the end of a body that was not read for a while.
func (b *watchedBody) extend(pause time.Duration) {
	if !b.end.IsZero() {
		b.end = b.end.Add(pause)
	}
}

func (b *watchedBody) Close() error {
	err := b.body.Close()
	b.cancel(nil)
	return err
}
