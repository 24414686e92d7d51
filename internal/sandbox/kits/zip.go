package kits

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"time"
)

// packed is the time of every entry: with the real one, two runs would give two digests.
var packed = time.Date(2024, time.January, 15, 9, 30, 0, 0, time.UTC)

// File is one entry of an archive. A path that ends in a slash is a directory.
type File struct {
	Path    string
	Content []byte
	Mode    fs.FileMode // 0 means 0644
}

// Zip makes a kit that holds the files in their order, compressed.
func Zip(files ...File) *Kit {
	return newKit(func() []segment {
		b := zipBytes(files)
		return []segment{{data: b, length: int64(len(b))}}
	})
}

func zipBytes(files []File) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.Path, Method: zip.Deflate, Modified: packed}
		mode := f.Mode
		if mode == 0 {
			mode = 0o644
		}
		if f.Path[len(f.Path)-1] == '/' {
			h.Method, mode = zip.Store, fs.ModeDir|0o755
		}
		h.SetMode(mode)
		entry, err := w.CreateHeader(h)
		if err == nil {
			_, err = entry.Write(f.Content)
		}
		if err != nil {
			panic("kits: cannot pack " + f.Path + ": " + err.Error()) // the entries are constants of this package or of a test
		}
	}
	if err := w.Close(); err != nil {
		panic("kits: cannot close an archive: " + err.Error()) // a buffer takes everything
	}
	return b.Bytes()
}
