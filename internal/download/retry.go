package download

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"example.com/pingkit/connect"
)

const (
	// maxTries bounds the requests for an asset. A retry requests the asset, not
	// the link to the storage, which expires soon.
	maxTries = 5
	// maxRefusals bounds consecutive tries without a single byte. Each of them is
	// several requests, see connect.
	maxRefusals = 3

	firstPause = 200 * time.Millisecond
	lastPause  = 5 * time.Second
	// longestWait is the longest Retry-After that a download waits for.
	longestWait = 30 * time.Second
)

// retryAfter reports whether a retry may help, and how long to wait before it.
func (t *transfer) retryAfter(err error, try int) (wait time.Duration, worth bool) {
	wait = rand.N(min(t.fetcher.pause<<(try-1), lastPause))
	if own, ok := errors.AsType[*Error](err); ok {
		return wait, own == errParts
	}
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return wait, true // a truncated body, or a part of another object
	}
	if upstream.RetryAfter > longestWait {
		return 0, false
	}
	wait = max(wait, upstream.RetryAfter)
	if upstream.System != connect.SystemStorage {
		// connect has retried PingOne. A truncated body that PingOne sent itself
		// is retried like one of the storage.
		return wait, upstream.Status/100 == 2 && upstream.Temporary()
	}
	// A storage refuses an expired link, so a new link may help.
	refused := upstream.Err == nil && upstream.Status/100 == 4
	return wait, refused || upstream.Temporary()
}

// final returns the error after the last try.
func (t *transfer) final(err error, tries int) error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	upstream, ok := errors.AsType[*connect.Error](err)
	switch {
	case ok && upstream.SignIn:
		return err
	case ok && upstream.System == connect.SystemPingOne && (upstream.Status == http.StatusNotFound || upstream.Status == http.StatusBadRequest):
		return &Error{Kind: ErrNoKit, Text: "PingOne has no kit for this version, or does not know the version", Err: err}
	case ok && upstream.System == connect.SystemPingOne && upstream.Status/100 != 2 && upstream.Status/100 != 3:
		return err
	}
	text := "the storage did not deliver it"
	if tries > 1 {
		text = fmt.Sprintf("the storage did not deliver it in %d tries", tries)
	}
	return &Error{Kind: ErrUnavailable, Text: text + "; nothing was kept, try again later", Err: err}
}

// pause waits, and reports false if ctx ends before.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
