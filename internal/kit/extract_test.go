package kit

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestPlaceAndExtract(t *testing.T) {
	a := open(t, zipOf(t, "pf-x-1.0/", "pf-x-1.0/Legal.pdf", "pf-x-1.0/dist/pf-x-adapter-1.0.jar", "pf-x-1.0/dist/conf/template/x.html"))
	p, err := a.Place(PlaceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	written, err := a.Extract(context.Background(), root, p.Files, ExtractOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range written {
		data, err := os.ReadFile(filepath.Join(dir, file.Path))
		if err != nil || int64(len(data)) != file.Size {
			t.Errorf("%s: %d bytes, %v", file.Path, len(data), err)
		}
		t.Log(file)
	}
}
