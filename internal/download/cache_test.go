package download

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCacheEntries(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "not there yet")
	c := NewCache(dir)
	content := "the kit"
	sum := Sum(sha256.Sum256([]byte(content)))
	if _, err := c.Open(ctx, sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty cache: %v", err)
	}
	if err := c.Put(ctx, sum, strings.NewReader("other bytes")); !errors.Is(err, ErrIntegrity) {
		t.Errorf("other bytes: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("other bytes leave %v, %v", left, err)
	}
	if err := c.Put(ctx, sum, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if err := c.Put(ctx, sum, strings.NewReader(content)); err != nil {
		t.Errorf("again: %v", err)
	}
	entry, err := c.Open(ctx, sum)
	if err != nil {
		t.Fatal(err)
	}
	defer entry.Close()
	if got, err := io.ReadAll(entry); err != nil || string(got) != content {
		t.Errorf("%q, %v", got, err)
	}
	files, err := os.ReadDir(filepath.Dir(c.path(sum)))
	if err != nil || len(files) != 1 {
		t.Errorf("the cache holds %v, %v", files, err)
	}

	if err := os.WriteFile(c.path(sum), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = c.Open(ctx, sum)
	altered, ok := errors.AsType[*AlteredError](err)
	if !ok || !errors.Is(err, ErrIntegrity) || errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a changed entry: %v", err)
	}
	if kept, err := os.ReadFile(altered.Path); err != nil || string(kept) != "changed" {
		t.Errorf("the evidence is %q, %v", kept, err)
	}
	if err := c.Altered(sum); !errors.Is(err, ErrIntegrity) {
		t.Errorf("afterwards: %v", err)
	}
	if err := c.Altered(Sum{}); err != nil {
		t.Errorf("another entry: %v", err)
	}
	if _, err := os.Lstat(c.path(sum)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a changed entry stays: %v", err)
	}
	if err := os.Mkdir(c.path(sum), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open(ctx, sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := c.Put(ended, sum, strings.NewReader(content)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// TestCacheEntryIsNoLink has a link in an entry's place, to the very bytes.
func TestCacheEntryIsNoLink(t *testing.T) {
	c := NewCache(t.TempDir())
	sum := Sum(sha256.Sum256([]byte("the kit")))
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("the kit"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(c.path(sum)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, c.path(sum)); err != nil {
		t.Fatal(err)
	}
	if file, err := c.Open(t.Context(), sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link is opened: %v", errors.Join(err, file.Close()))
	}
}

func TestNoCache(t *testing.T) {
	none := NewCache("")
	if _, err := none.Open(context.Background(), Sum{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading: %v", err)
	}
	if err := none.Put(context.Background(), Sum{}, strings.NewReader("")); err != nil {
		t.Errorf("writing: %v", err)
	}
}

// A cache keeps no folder for an entry that could not be made.
func TestNoFolderWithoutEntry(t *testing.T) {
	dir := t.TempDir()
	c := NewCache(dir)
	sum := Sum(sha256.Sum256([]byte("the kit")))
	if c.link(sum, filepath.Join(dir, "missing")) {
		t.Error("a file that is not there was linked")
	}
	if err := c.enter(sum, func(string) error { return errors.New("no") }); err == nil {
		t.Error("the entry was made")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
