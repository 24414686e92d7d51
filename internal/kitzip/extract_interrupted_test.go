package kitzip

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// countdown is a context that ends after so many looks at it.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestCancelledAtEveryMoment(t *testing.T) {
	data := zipOf(t, "dist/a/a.jar="+strings.Repeat("a", 200<<10), "dist/b/b.jar=b", "dist/c.jar=c")
	for looks := 0; ; looks++ {
		a := open(t, data)
		root, outside := newRoot(t)
		before := tree(t, outside)
		_, err := a.Extract(&countdown{t.Context(), looks}, root, a.All(), ExtractOptions{})
		if err == nil {
			if looks < 8 {
				t.Fatalf("only looked %d times at its context", looks)
			}
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d looks: %v", looks, err)
		}
		if after := tree(t, outside); !slices.Equal(after, before) {
			t.Fatalf("after %d looks there is %v", looks, after)
		}
	}
}

// shifting is an archive whose bytes can be exchanged.
type shifting struct {
	mu   sync.Mutex
	data []byte
}

func (s *shifting) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.NewReader(s.data).ReadAt(p, off)
}

func TestArchiveThatChangesWhenUnpacked(t *testing.T) {
	// A checksum of 0 is not checked by archive/zip, so only the digest can tell.
	// The digests of the two bodies begin with the same four bytes.
	build := func(body string) []byte {
		return rawZip(raw{name: "dist/x.jar", body: deflate(body), method: zip.Deflate, size: 17}, raw{name: "y", body: "y"})
	}
	source := &shifting{data: build("part 99b9e633a20c")}
	a, err := OpenReader(source, int64(len(source.data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	source.data = build("part 82f297281226")
	root, outside := newRoot(t)
	before := tree(t, outside)
	if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	expect(t, tree(t, outside), before)
}

// TestFailureWhileNaming has a folder appear at a place while files are still
// written, so that giving the files their names fails half-way.
func TestFailureWhileNaming(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=a", "dist/b.jar=b"))
	if _, err := a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	root, _ := newRoot(t)
	intruder := &intrusion{Context: t.Context(), do: func() error { return root.MkdirAll("dist/b.jar/x", 0o755) }}
	_, err := a.Extract(intruder, root, a.All(), ExtractOptions{})
	if err == nil || intruder.err != nil {
		t.Fatalf("got %v, %v", err, intruder.err)
	}
	expect(t, tree(t, root.Name()), []string{"dist d", "dist/b.jar d", "dist/b.jar/x d"})
}

// intrusion does something at the first look at a context.
type intrusion struct {
	context.Context
	do  func() error
	err error
}

func (i *intrusion) Err() error {
	if i.do != nil {
		i.err, i.do = i.do(), nil
	}
	return nil
}

func TestNamesOnlyAppearWhenAllIsComplete(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=a", "dist/b.jar=b"))
	if _, err := a.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	root, _ := newRoot(t)
	watch := &watch{Context: t.Context(), root: root}
	if _, err := a.Extract(watch, root, a.All(), ExtractOptions{}); err != nil {
		t.Fatal(err)
	}
	if watch.looks < 2 || len(watch.seen) > 0 {
		t.Errorf("in %d looks saw %v", watch.looks, watch.seen)
	}
}
