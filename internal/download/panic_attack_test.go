package download_test

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// An archive that makes its reader panic fails one call, leaves nothing, and its
// text stays out of the error and the log.
func TestPanicEndsOneDownload(t *testing.T) {
	var log bytes.Buffer
	panics := true
	b := newBench(t, sandbox.Options{}, download.Options{
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Check: func(io.ReaderAt, int64) error {
			if panics {
				panic("hunter2")
			}
			return nil
		},
	})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	if err == nil || !strings.Contains(err.Error(), "a fault in pingkit") || strings.Contains(err.Error()+log.String(), "hunter2") {
		t.Errorf("got %v and the log %s", err, &log)
	}
	if !strings.Contains(log.String(), "TestPanicEndsOneDownload") {
		t.Errorf("the log does not have the place: %s", &log)
	}
	b.holds(t)
	panics = false
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, result, err)
}
