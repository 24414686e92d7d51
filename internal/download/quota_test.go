package download

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func reserve(t *testing.T, q *Quota, most int64) (int64, func(int64)) {
	t.Helper()
	room, release, err := q.Reserve(most)
	if err != nil {
		t.Fatal(err)
	}
	return room, release
}

func TestDownloadsAtOnce(t *testing.T) {
	q := NewQuota(t.TempDir(), 2, 0)
	_, first := reserve(t, q, 100)
	reserve(t, q, 100)
	if _, _, err := q.Reserve(100); !errors.Is(err, ErrBusy) {
		t.Errorf("the third download: %v", err)
	}
	first(0)
	first(0) // a second release gives nothing more back
	reserve(t, q, 100)
	if _, _, err := q.Reserve(100); !errors.Is(err, ErrBusy) {
		t.Errorf("one more: %v", err)
	}
}

func TestRoom(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "downloads")
	q := NewQuota(dir, 0, 1000)
	if room, release := reserve(t, q, 400); room != 400 {
		t.Errorf("a directory that is not there has room for %d", room)
	} else {
		release(0)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.zip", "sub/b.zip"} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 250), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	q.now = func() time.Time { return time.Now().Add(remeasure) } // others added files
	first, release := reserve(t, q, 400)
	second, _ := reserve(t, q, 400)
	third, _ := reserve(t, q, 400)
	if first != 400 || second != 100 || third != 0 {
		t.Errorf("500 of 1000 bytes are left for %d, %d and %d", first, second, third)
	}
	release(0)
	if room, _ := reserve(t, q, 1000); room != 400 {
		t.Errorf("after a download that brought nothing %d bytes are left", room)
	}
}

func TestNoBounds(t *testing.T) {
	for _, q := range []*Quota{nil, NewQuota(t.TempDir(), 0, 0)} {
		for range 100 {
			if room, _ := reserve(t, q, 1<<40); room != 1<<40 {
				t.Fatalf("there is room for %d", room)
			}
		}
	}
}

func TestTogether(t *testing.T) {
	q := NewQuota(t.TempDir(), 10, 1000)
	var all sync.WaitGroup
	var given atomic.Int64
	for range 50 {
		all.Go(func() {
			room, _, err := q.Reserve(300)
			if err == nil {
				given.Add(room)
			} else if !errors.Is(err, ErrBusy) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if given.Load() != 1000 {
		t.Errorf("%d of 1000 bytes were given away", given.Load())
	}
}

// The directory is walked once for many downloads, and again only when what is
// known of it is old or does not leave enough.
func TestWalks(t *testing.T) {
	walks, there, now := 0, int64(100), time.Now()
	q := NewQuota("dir", 0, 1000)
	q.now = func() time.Time { return now }
	q.measure = func(string) (int64, error) { walks++; return there, nil }
	for range 8 {
		_, release := reserve(t, q, 200)
		release(100)
	}
	if walks != 1 {
		t.Errorf("%d walks for 8 downloads", walks)
	}
	there = 300 // kits were removed
	for range 3 {
		room, release := reserve(t, q, 200)
		if release(0); room != 200 {
			t.Errorf("there is room for %d", room)
		}
	}
	if walks != 2 {
		t.Errorf("%d walks when the room got short", walks)
	}
	there = 900
	now = now.Add(remeasure)
	for range 8 {
		room, release := reserve(t, q, 200)
		if release(0); room != 100 {
			t.Errorf("there is room for %d", room)
		}
	}
	if walks != 3 {
		t.Errorf("%d walks of a full directory", walks)
	}
}

// The temporary files of killed processes do not fill the directory for good; those
// of running downloads stay.
func TestAbandonedFiles(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * abandoned)
	for name, when := range map[string]time.Time{
		".pingkit-KILLED.part": old, ".pingkit-RUNNING.part": time.Now(), "old.part": old, "old.zip": old,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, make([]byte, 100), 0o644), os.Chtimes(path, when, when)); err != nil {
			t.Fatal(err)
		}
	}
	if room, _ := reserve(t, NewQuota(dir, 0, 1000), 1000); room != 700 {
		t.Errorf("there is room for %d", room)
	}
	if _, err := os.Lstat(filepath.Join(dir, ".pingkit-KILLED.part")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the abandoned file: %v", err)
	}
}
