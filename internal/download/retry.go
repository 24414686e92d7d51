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
	// maxTries bounds how often an asset is asked for. What is asked for again
	// is always the asset: its link lives only for a short time.
	maxTries = 5
	// maxRefusals bounds how many tries in a row may end before a byte came.
	// Each of them stands for several requests, see connect.
	maxRefusals = 3

	firstPause = 200 * time.Millisecond
	lastPause  = 5 * time.Second
	// longestWait is the longest that a storage may ask us to stay away.
	longestWait = 30 * time.Second
)

// again says whether asking for the asset again may help, and when.
func (t *transfer) again(err error, try int) (wait time.Duration, worth bool) {
	wait = rand.N(min(t.fetcher.pause<<(try-1), lastPause))
	if own, ok := errors.AsType[*Error](err); ok {
		return wait, own == errParts
	}
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return wait, true // a body that broke off, or does not fit
	}
	if upstream.RetryAfter > longestWait {
		return 0, false
	}
	wait = max(wait, upstream.RetryAfter)
	if upstream.System != connect.SystemStorage {
		// PingOne was asked often enough by connect. A direct answer that
		// breaks off is a body like any other.
		return wait, upstream.Status/100 == 2 && upstream.Temporary()
	}
	// A refusal means that the link is too old, not that it is forbidden.
	refused := upstream.Err == nil && upstream.Status/100 == 4
	return wait, refused || upstream.Temporary()
}

// final is the error after the last try.
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
		text = fmt.Sprintf("the storage did not deliver it, asked %d times", tries)
	}
	return &Error{Kind: ErrUnavailable, Text: text + "; nothing was kept, try again later", Err: err}
}

// pause waits, and reports whether ctx lasted.
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
