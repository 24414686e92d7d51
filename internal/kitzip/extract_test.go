package kitzip

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// newRoot makes an empty folder, two levels below one that the test looks after
// for whatever is written outside.
func newRoot(t testing.TB) (root *os.Root, outside string) {
	t.Helper()
	outside = t.TempDir()
	dir := filepath.Join(outside, "in", "root")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	return root, outside
}

// tree lists what stands in a folder, with contents.
func tree(t testing.TB, dir string) (lines []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if !entry.Type().IsRegular() {
			lines = append(lines, name+" "+entry.Type().String()[:1])
			return nil
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		lines = append(lines, fmt.Sprintf("%s=%.40s", name, data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestExtract(t *testing.T) {
	a := open(t, zipOf(t, "kit/", "kit/dist/x-1.jar=one", "kit/dist/conf/template/x.html=", "kit/sample/s.jar=never"))
	p, err := a.Place(PlaceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	root, outside := newRoot(t)
	slices.Reverse(p.Files)
	written, err := a.Extract(t.Context(), root, p.Files, ExtractOptions{})
	if err != nil {
		t.Fatal(err)
	}
	digests, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Written{
		{"server/default/deploy/x-1.jar", 3, digests["kit/dist/x-1.jar"]},
		{"server/default/conf/template/x.html", 0, digests["kit/dist/conf/template/x.html"]},
	}
	if !slices.Equal(written, want) {
		t.Errorf("got %v, want %v", written, want)
	}
	expect(t, tree(t, outside), []string{"in d", "in/root d", "in/root/server d", "in/root/server/default d", "in/root/server/default/conf d",
		"in/root/server/default/conf/template d", "in/root/server/default/conf/template/x.html=",
		"in/root/server/default/deploy d", "in/root/server/default/deploy/x-1.jar=one"})
}

func TestExtractAll(t *testing.T) {
	a := open(t, zipOf(t, "kit/dist/x-1.jar=one", "kit/ReadMe.txt=two"))
	root, _ := newRoot(t)
	if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); err != nil {
		t.Fatal(err)
	}
	expect(t, tree(t, root.Name()), []string{"kit d", "kit/ReadMe.txt=two", "kit/dist d", "kit/dist/x-1.jar=one"})
}

// TestNothingIsLeftBehind extracts what must fail into a folder with files in
// it, and expects that folder as it was.
func TestNothingIsLeftBehind(t *testing.T) {
	two := zipOf(t, "dist/a.jar=new", "dist/b.jar=new")
	for _, test := range []struct {
		name  string
		data  []byte
		files []Placed
		opts  ExtractOptions
		want  error
	}{
		{"hostile while inflating", liar(strings.Repeat("x", 1000), 10), nil, ExtractOptions{}, ErrUnsafe},
		{"damaged", beside(raw{name: "dist/x", body: "x", crc: 1}), nil, ExtractOptions{}, ErrDamaged},
		{"file exists", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "old/a.jar"}}, ExtractOptions{}, fs.ErrExist},
		{"folder exists", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "old"}}, ExtractOptions{Overwrite: true}, fs.ErrExist},
		{"link exists", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "link"}}, ExtractOptions{Overwrite: true}, fs.ErrExist},
		{"file instead of a folder", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "old/a.jar/a.jar"}}, ExtractOptions{Overwrite: true}, syscall.ENOTDIR},
		{"link out of the root", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "link/a.jar"}}, ExtractOptions{Overwrite: true}, nil},
		{"link out of the root, deeper", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "link/new/a.jar"}}, ExtractOptions{Overwrite: true}, nil},
		{"two at one place", two, []Placed{{From: "dist/b.jar", To: "new/x.jar"}, {From: "dist/a.jar", To: "new/X.jar"}}, ExtractOptions{}, ErrConflict},
		{"outside", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/a.jar", To: "../a.jar"}}, ExtractOptions{}, ErrUnsafe},
		{"not in the archive", two, []Placed{{From: "dist/b.jar", To: "new/b.jar"}, {From: "dist/c.jar", To: "new/c.jar"}}, ExtractOptions{}, nil},
		{"a folder of the archive", zipOf(t, "dist/", "dist/b.jar"), []Placed{{From: "dist", To: "new/b.jar"}}, ExtractOptions{}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := open(t, test.data)
			root, outside := newRoot(t)
			if err := root.MkdirAll("old", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := root.WriteFile("old/a.jar", []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := root.Symlink("../..", "link"); err != nil {
				t.Fatal(err)
			}
			before := tree(t, outside)
			if test.files == nil {
				test.files = a.All()
			}
			written, err := a.Extract(t.Context(), root, test.files, test.opts)
			if err == nil || written != nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v written, error %v, want %v", written, err, test.want)
			}
			expect(t, tree(t, outside), before)
		})
	}
}

func TestOverwrite(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=new", "dist/b.jar=new"))
	root, _ := newRoot(t)
	if err := root.WriteFile("a.jar", []byte("old and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := []Placed{{From: "dist/a.jar", To: "a.jar"}, {From: "dist/b.jar", To: "b.jar"}}
	if _, err := a.Extract(t.Context(), root, files, ExtractOptions{Overwrite: true}); err != nil {
		t.Fatal(err)
	}
	expect(t, tree(t, root.Name()), []string{"a.jar=new", "b.jar=new"})
}

// watch lists jars that stand in dist at every look at a context.
type watch struct {
	context.Context
	root  *os.Root
	looks int
	seen  []string
}

func (w *watch) Err() error {
	w.looks++
	entries, err := fs.ReadDir(w.root.FS(), "dist")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".jar" {
			w.seen = append(w.seen, entry.Name())
		}
	}
	return nil
}

func TestArchiveIsSharedByGoroutines(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=a", "dist/b.jar=b", "ReadMe.txt=hello"))
	var wg sync.WaitGroup
	for range 4 {
		root, _ := newRoot(t)
		wg.Go(func() {
			if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); err != nil {
				t.Error(err)
			}
			if text, _, err := a.ReadText("ReadMe.txt", 10); err != nil || text != "hello" {
				t.Error(text, err)
			}
		})
	}
	wg.Wait()
}

// full is a disk without room, behind the writer of one file.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestNoRoomIsToldAsItIs(t *testing.T) {
	a := open(t, zipOf(t, "dist/a.jar=a"))
	_, _, err := a.inflater().copy(t.Context(), full{}, a.entries["dist/a.jar"])
	if !errors.Is(err, syscall.ENOSPC) || errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
}
