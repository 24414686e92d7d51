package kitzip

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fine = "pf-x-1.0/dist/pf-x-adapter-1.0.jar"

// beside puts entries behind one that is fine.
func beside(entries ...raw) []byte {
	return rawZip(append([]raw{{name: fine, body: "jar"}}, entries...)...)
}

// mode gives an entry the type and permissions of a Unix file.
func mode(unix uint32) uint32 { return unix << 16 }

func TestOpenAccepts(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"stored", beside(raw{name: "x", body: "hello"})},
		{"deflated", beside(raw{name: "x", body: deflate("hello"), method: zip.Deflate, crc: crc32.ChecksumIEEE([]byte("hello")), size: 5})},
		{"empty file", beside(raw{name: "x"})},
		{"with modes", beside(raw{name: "x", attrs: mode(0o104777)}, raw{name: "y/", attrs: mode(0o040755)})},
		{"folder twice", beside(raw{name: "y/"}, raw{name: "y/"})},
		{"folder behind its file", beside(raw{name: "y/z"}, raw{name: "y/"})},
		{"folders that differ by case", beside(raw{name: "y/1"}, raw{name: "Y/2"})},
		{"two dots in a name", beside(raw{name: "a..b/..c/d..e"})},
		{"letters of all kinds", beside(raw{name: "dist/größe 日本.html"})},
		{"like a device", beside(raw{name: "dist/console/com10/nul1/auxiliary.txt"})},
		{"descriptor", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", true, 4)})},
		{"long descriptor", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", true, 8)})},
		{"unsigned descriptor", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", false, 4)})},
		{"long unsigned descriptor", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", false, 8)})},
		{"from a pipe, as Info-ZIP and 7-Zip mark it", beside(raw{name: "x", body: "x", attrs: mode(0o010600)})},
		{"descriptor, and zeros before it", beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", true, 4), local: func(h []byte) { clear(h[14:26]) }})},
		{"Unicode Path with the same name", beside(raw{name: "x", extra: unicodePath("x", "x")})},
		{"sizes of eight bytes", beside(raw{name: "x", body: "x", size: 1<<32 - 1, extra: zip64(1)})},
		{"as many entries as allowed", rawZip(many(MaxEntries, raw{})...)},
		{"highly compressible but small", zipOf(t, "dist/x.jar", "blank.txt="+strings.Repeat(" ", 1<<20-100))},
		{"zip in a zip", rawZip(raw{name: "inner.jar", body: string(beside())}, raw{name: "x"})},
		{"comment", commented(beside())},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := open(t, test.data)
			if _, err := a.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func deflate(s string) string {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, s)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // the level is valid, and a buffer takes everything
	}
	return buf.String()
}

func commented(data []byte) []byte {
	const comment = "made by a build"
	data = bytes.Clone(data)
	binary.LittleEndian.PutUint16(data[len(data)-2:], uint16(len(comment)))
	return append(data, comment...)
}

func TestFiles(t *testing.T) {
	a := open(t, zipOf(t, "b/", "b/2=two", "a=one", "b/1="))
	want := []File{{"a", 3}, {"b/1", 0}, {"b/2", 3}}
	if got := a.Files(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kit.zip")
	if _, err := Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
	if err := os.WriteFile(path, beside(raw{name: "../evil"}), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrUnsafe) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), `"../evil"`) {
		t.Errorf("a hostile archive: %v", err)
	}
	if err := os.WriteFile(path, beside(), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := a.Verify(t.Context()); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// failing is a file whose disk fails behind an offset.
type failing struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("disk fault")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestFaultsOfTheDiskAreNotTheArchives(t *testing.T) {
	data := beside(raw{name: "x", body: strings.Repeat("x", 9000)})
	for from := range int64(len(data)) {
		if from > 300 && from < 9000 {
			continue
		}
		_, err := OpenReader(failing{bytes.NewReader(data), from}, int64(len(data)))
		if !errors.Is(err, errDisk) || errors.Is(err, ErrUnsafe) || errors.Is(err, ErrNotZip) {
			t.Fatalf("failing from %d on: %v", from, err)
		}
	}
}
