package download_test

import (
	"os/signal"
	"syscall"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// A disk that takes no more, in the middle of a file. The limit on the size of
// files stands in for a full disk: the write fails in the same way.
func TestDiskTakesNoMore(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{Cache: download.NewCache(t.TempDir())})
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	small := old
	small.Cur = kitSize / 2
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Fatal(err)
	}
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	b.refused(t, err, download.ErrDisk, "writing", "file too large", "nothing was left behind")
	if n := len(b.RequestsOf("storage")); n != 1 {
		t.Errorf("the storage was asked %d times", n)
	}
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, result, err)
}
