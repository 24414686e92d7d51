package install_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

// The digests of these two begin with the same four bytes and end with the same
// two.
const (
	wanted = "part 99b9e633a20c"
	forged = "part 82f297281226"
)

// TestFilesAreComparedByWholeDigests has a lock that wants a page, and forged
// bytes: in the target, and in the archive that a sync unpacks.
func TestFilesAreComparedByWholeDigests(t *testing.T) {
	sum := sha256.Sum256([]byte(wanted))
	b := newBench(t)
	l := lockOf(b.kit("pf-one", "1.0", nil))
	b.sync(l)
	page := templateDir + "pf-one.html"
	for i := range l.Kits[0].Files {
		if f := &l.Kits[0].Files[i]; path.Base(f.Path) == path.Base(page) {
			f.SHA256, f.Size = hex.EncodeToString(sum[:]), int64(len(wanted))
		}
	}
	b.write(page, forged)
	if _, err := install.Verify(t.Context(), b.dir, l); !errorsAs[*lockfile.DriftError](err) {
		t.Errorf("verify takes forged bytes: %v", err)
	}
	b.write(page, wanted)
	if _, err := install.Verify(t.Context(), b.dir, l); err != nil {
		t.Errorf("verify refuses the page itself: %v", err)
	}

	b.remove(page)
	archive := rewritten(t, b, l.Kits[0].SHA256, page)
	info, err := archive.Stat()
	if err != nil {
		t.Fatal(err)
	}
	l.Kits[0].Size = info.Size()
	o := b.options(l)
	o.Source = fixed{archive}
	if _, err := install.Sync(t.Context(), o); !errors.Is(err, download.ErrIntegrity) {
		t.Errorf("sync unpacks forged bytes: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(b.dir, page)); err == nil {
		t.Errorf("%s is installed", page)
	}
}

// fixed is a source of one archive.
type fixed struct{ archive *os.File }

func (f fixed) Open(context.Context, lockfile.Kit, string) (*os.File, error) { return f.archive, nil }

// rewritten returns a cached archive with forged bytes for the page.
func rewritten(t *testing.T, b *bench, digest, page string) *os.File {
	t.Helper()
	sum, err := download.ParseDigest(digest)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := download.NewCache(b.cache).Open(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	defer entry.Close()
	info, err := entry.Stat()
	if err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(entry, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	out := zip.NewWriter(&data)
	found := false
	for _, f := range in.File {
		if path.Base(f.Name) != path.Base(page) {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		found = true
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, forged); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil || !found {
		t.Fatalf("the page was found: %v; %v", found, err)
	}
	name := filepath.Join(t.TempDir(), "kit.zip")
	if err := os.WriteFile(name, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
