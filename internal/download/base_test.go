package download_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// A link that came after the directory was checked leads nothing out of it.
func TestLinkThatComesAfterTheCheck(t *testing.T) {
	for name, link := range map[string]string{"at its end": "kits", "on the way": ""} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sandbox.Options{}, download.Options{})
			outside := t.TempDir()
			dir, err := download.Within(b.dir, "new/kits")
			if err != nil {
				t.Fatal(err)
			}
			link = filepath.Join(b.dir, "new", link)
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(outside, link); err != nil {
				t.Fatal(err)
			}
			request := b.request
			request.Base, request.Dir = b.dir, dir
			if _, err := b.fetcher.Fetch(deadline(t), request, nil); err == nil {
				t.Error("the download went through the link")
			}
			if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
				t.Errorf("outside are %v, %v", entries, err)
			}
		})
	}
}

func TestBaseOfADownload(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	request := b.request
	request.Base, request.Dir = filepath.Join(b.dir, "base"), filepath.Join(b.dir, "base", "one", "two")
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	if want := filepath.Join(request.Dir, kitFile); err != nil || result.Path != want || sumOf(t, want) != b.kit.SHA256() {
		t.Errorf("%+v, %v", result, err)
	}
	// A link inside is as good as a directory.
	if err := os.Symlink("one", filepath.Join(request.Base, "link")); err != nil {
		t.Fatal(err)
	}
	request.Dir = filepath.Join(request.Base, "link", "two")
	if result, err := b.fetcher.Fetch(deadline(t), request, nil); err != nil || !result.Reused {
		t.Errorf("through a link inside: %+v, %v", result, err)
	}
	request.Dir = filepath.Join(b.dir, "elsewhere")
	if _, err := b.fetcher.Fetch(deadline(t), request, nil); err == nil {
		t.Error("a directory outside its base was taken")
	}
	b.holds(t, "base")
}

// What is there for the moment alone is no copy of what the cache keeps, where
// both are on one disk.
func TestTemporaryDownloadSharesTheCache(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "cache")
	b := newBench(t, sandbox.Options{}, download.Options{Cache: download.NewCache(cache)})
	entry := filepath.Join(cache, "sha256", b.kit.SHA256()[:2], b.kit.SHA256())
	for _, temporary := range []bool{false, true} {
		if err := os.RemoveAll(cache); err != nil {
			t.Fatal(err)
		}
		request := b.request
		request.Temporary = temporary
		result, err := b.fetcher.Fetch(deadline(t), request, nil)
		b.delivered(t, result, err)
		if got := sumOf(t, entry); got != b.kit.SHA256() {
			t.Errorf("the cache holds %s", got)
		}
		one, err := os.Stat(result.Path)
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.Stat(entry)
		if err != nil {
			t.Fatal(err)
		}
		if os.SameFile(one, other) != temporary {
			t.Errorf("temporary %v: the cache's entry is the same file: %v", temporary, !temporary)
		}
		if err := os.Remove(result.Path); err != nil {
			t.Fatal(err)
		}
	}
}
