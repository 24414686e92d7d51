package download_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

func (b *bench) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestExistingFile(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	first, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, first, err)

	// The same kit again: the digest comes from PingOne, the bytes do not.
	events := 0
	again, err := b.fetcher.Fetch(deadline(t), b.request, func(download.Progress) { events++ })
	b.delivered(t, again, err)
	if !again.Reused || first.Reused || len(again.VerifiedBy) != 1 || events != 1 {
		t.Errorf("first %+v, again %+v, %d events", first, again, events)
	}
	// With a digest that is known before, nothing is asked at all.
	before := len(b.Requests())
	pinned := b.request
	pinned.ExpectedSHA256, pinned.PinnedBy, pinned.Confirmed = b.kit.SHA256(), "kits.lock.json", true
	again, err = b.fetcher.Fetch(deadline(t), pinned, nil)
	b.delivered(t, again, err)
	if !again.Reused || again.VerifiedBy[0] != "kits.lock.json" || len(b.Requests()) != before {
		t.Errorf("%+v after %d requests", again, len(b.Requests())-before)
	}
}

func TestAnotherFileOfTheName(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.write(t, kitFile, "mine")
	pinned := b.request
	pinned.ExpectedSHA256 = b.kit.SHA256()
	for _, request := range []download.Request{b.request, pinned} {
		before := len(b.Requests())
		_, err := b.fetcher.Fetch(deadline(t), request, nil)
		if !errors.Is(err, download.ErrExists) || !strings.Contains(err.Error(), b.dir) {
			t.Errorf("the error is %v", err)
		}
		if b.read(t, kitFile) != "mine" {
			t.Error("the file was changed")
		}
		if request.ExpectedSHA256 != "" && len(b.Requests()) != before {
			t.Error("a request was sent")
		}
		b.holds(t, kitFile)
	}
	// A failed download does not cost the file that it was to replace.
	pinned.Overwrite = true
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Corrupt: true})
	if _, err := b.fetcher.Fetch(deadline(t), pinned, nil); !errors.Is(err, download.ErrIntegrity) {
		t.Errorf("the error is %v", err)
	}
	if b.read(t, kitFile) != "mine" {
		t.Error("the file was changed")
	}
	result, err := b.fetcher.Fetch(deadline(t), pinned, nil)
	b.delivered(t, result, err)
}

// A name that is taken while the download is under way is not replaced.
func TestNameTakenMeanwhile(t *testing.T) {
	for name, same := range map[string]bool{"by another file": false, "by the same kit": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sandbox.Options{}, download.Options{})
			kit := "mine"
			if same {
				other := b.request
				other.Dir = t.TempDir()
				result, err := b.fetcher.Fetch(deadline(t), other, nil)
				if err != nil {
					t.Fatal(err)
				}
				content, err := os.ReadFile(result.Path)
				if err != nil {
					t.Fatal(err)
				}
				kit = string(content)
			}
			written := false
			result, err := b.fetcher.Fetch(deadline(t), b.request, func(download.Progress) {
				if !written {
					b.write(t, kitFile, kit)
					written = true
				}
			})
			if same {
				b.delivered(t, result, err)
				if !result.Reused {
					t.Errorf("%+v", result)
				}
				return
			}
			if !errors.Is(err, download.ErrExists) || b.read(t, kitFile) != "mine" {
				t.Errorf("the error is %v", err)
			}
			b.holds(t, kitFile)
		})
	}
}

// Nothing is at the final name before the bytes were verified, and a link there
// is neither followed nor replaced.
func TestTemporaryFile(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{Private: true})
	var seen []string
	result, err := b.fetcher.Fetch(deadline(t), b.request, func(p download.Progress) {
		entries, err := os.ReadDir(b.dir)
		if err != nil {
			t.Error(err)
		}
		for _, entry := range entries {
			seen = append(seen, entry.Name())
		}
	})
	b.delivered(t, result, err)
	for _, name := range seen {
		if !strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".zip") {
			t.Fatalf("%s was there before the end", name)
		}
	}
	if len(seen) == 0 {
		t.Error("no file was seen")
	}
	if info, err := os.Stat(result.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a private file has the mode %v, %v", info.Mode(), err)
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(outside, filepath.Join(b.dir, kitFile)); err != nil {
		t.Fatal(err)
	}
	for _, overwrite := range []bool{false, true} {
		b.request.Overwrite = overwrite
		if _, err := b.fetcher.Fetch(deadline(t), b.request, nil); !errors.Is(err, download.ErrExists) {
			t.Errorf("overwrite %v: %v", overwrite, err)
		}
	}
	if _, err := os.Lstat(outside); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written outside: %v", err)
	}
	b.holds(t, kitFile)
}

func TestCancelled(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, BytesPerSecond: 3 << 20})
	ctx, cancel := context.WithCancel(deadline(t))
	_, err := b.fetcher.Fetch(ctx, b.request, func(p download.Progress) {
		if p.Done > kitSize/2 {
			cancel()
		}
	})
	b.refused(t, err, context.Canceled, "nothing was left behind")

	b.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 100_000})
	ctx, cancel = context.WithTimeout(deadline(t), 100*time.Millisecond)
	defer cancel()
	_, err = b.fetcher.Fetch(ctx, b.request, nil)
	b.refused(t, err, context.DeadlineExceeded, "nothing was left behind")

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = b.fetcher.Fetch(ended, b.request, nil)
	b.refused(t, err, context.Canceled)
}

func TestDirectoryThatIsNone(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.write(t, "file", "")
	request := b.request
	request.Dir = filepath.Join(b.dir, "file", "sub")
	if _, err := b.fetcher.Fetch(deadline(t), request, nil); !errors.Is(err, download.ErrDisk) {
		t.Errorf("the error is %v", err)
	}
	b.holds(t, "file")
	request.Dir = filepath.Join(b.dir, "new", "sub")
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	if err != nil || sumOf(t, result.Path) != b.kit.SHA256() {
		t.Errorf("in a new directory: %+v, %v", result, err)
	}
}
