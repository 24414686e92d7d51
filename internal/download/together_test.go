package download_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// waitFor waits until something that another goroutine does is true.
func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not happen", what)
		}
	}
}

func TestTwoAtOnceAreOne(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "storage", Delay: 100 * time.Millisecond})
	const callers = 8
	var callersDone sync.WaitGroup
	var events [callers]atomic.Int64
	for i := range callers {
		callersDone.Go(func() {
			result, err := b.fetcher.Fetch(deadline(t), b.request, func(p download.Progress) { events[i].Store(p.Done) })
			if err != nil || result.SHA256 != b.kit.SHA256() {
				t.Errorf("%+v, %v", result, err)
			}
		})
	}
	callersDone.Wait()
	if n := len(b.RequestsOf("storage")); n != 1 {
		t.Errorf("the storage was asked %d times", n)
	}
	for i := range events {
		if got := events[i].Load(); got != kitSize {
			t.Errorf("caller %d was told of %d bytes", i, got)
		}
	}
	b.holds(t, kitFile)
}

// One who leaves does not take the download with him; the last one does.
func TestLeavingASharedDownload(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, BytesPerSecond: 6 << 20})
	var started atomic.Bool
	first, leave := context.WithCancel(deadline(t))
	var both sync.WaitGroup
	both.Go(func() {
		_, err := b.fetcher.Fetch(first, b.request, func(download.Progress) { started.Store(true) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the one who left: %v", err)
		}
	})
	waitFor(t, "the download", started.Load)
	var joined atomic.Bool
	both.Go(func() {
		result, err := b.fetcher.Fetch(deadline(t), b.request, func(download.Progress) { joined.Store(true) })
		if err != nil || result.Bytes != kitSize {
			t.Errorf("the one who stayed: %+v, %v", result, err)
		}
	})
	waitFor(t, "the second caller", joined.Load)
	leave()
	both.Wait()
	if n := len(b.RequestsOf("storage")); n != 1 {
		t.Errorf("the storage was asked %d times", n)
	}
	b.holds(t, kitFile)
}

// The deadline of the first caller is not that of the others.
func TestDeadlineOfAnother(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, BytesPerSecond: 100_000})
	var started atomic.Bool
	var both sync.WaitGroup
	both.Go(func() {
		short, cancel := context.WithTimeout(deadline(t), 300*time.Millisecond)
		defer cancel()
		_, err := b.fetcher.Fetch(short, b.request, func(download.Progress) { started.Store(true) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the one in a hurry: %v", err)
		}
	})
	waitFor(t, "the download", started.Load)
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	both.Wait()
	b.delivered(t, result, err)
}

func TestCache(t *testing.T) {
	dir := t.TempDir()
	b := newBench(t, sandbox.Options{}, download.Options{Cache: download.NewCache(dir)})
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, result, err)
	entry := filepath.Join(dir, "sha256", b.kit.SHA256()[:2], b.kit.SHA256())
	if sumOf(t, entry) != b.kit.SHA256() || result.Cached {
		t.Fatalf("%+v", result)
	}

	elsewhere := func(pinned bool) download.Request {
		request := b.request
		request.Dir = t.TempDir()
		b.dir = request.Dir
		if pinned {
			request.ExpectedSHA256, request.Confirmed = b.kit.SHA256(), true
		}
		return request
	}
	// With a digest that PingOne confirmed before, nothing is asked.
	before := len(b.Requests())
	result, err = b.fetcher.Fetch(deadline(t), elsewhere(true), nil)
	b.delivered(t, result, err)
	if !result.Cached || len(b.Requests()) != before {
		t.Errorf("%+v after %d requests", result, len(b.Requests())-before)
	}
	// With one that PingOne tells, the bytes stay where they are.
	result, err = b.fetcher.Fetch(deadline(t), elsewhere(false), nil)
	b.delivered(t, result, err)
	if !result.Cached || result.VerifiedBy[0] != byPingOne {
		t.Errorf("%+v", result)
	}
	// An altered entry fails the download once; then a good one replaces it.
	if err := os.WriteFile(entry, []byte("PK\x03\x04 damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := b.fetcher.Fetch(deadline(t), elsewhere(true), nil); !errors.Is(err, download.ErrIntegrity) {
		t.Errorf("an altered entry: %v", err)
	}
	b.clean(t)
	result, err = b.fetcher.Fetch(deadline(t), elsewhere(true), nil)
	b.delivered(t, result, err)
	if result.Cached || sumOf(t, entry) != b.kit.SHA256() {
		t.Errorf("%+v", result)
	}
	b.clean(t)
}

// A download does not fail because the cache does.
func TestCacheThatFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, sandbox.Options{}, download.Options{Cache: download.NewCache(file)})
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, result, err)
}
