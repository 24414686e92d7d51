package tools

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// TestJarsAreCut downloads a kit with more jars than an answer names.
func TestJarsAreCut(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for i := range jarsShown + 3 {
		if _, err := w.Create(fmt.Sprintf("dist/part-%02d-1.0.jar", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s.Publish(sandbox.Publication{Integration: "Many", Number: "1.0", Kit: kits.FromBytes(archive.Bytes())})
	result, err := downloadAsset(t.Context(), depsOf(t, s), downloadAssetParams{Integration: "Many"})
	if err != nil {
		t.Fatal(err)
	}
	if c := result.Contents; len(c.Jars) != jarsShown || c.MoreJars != 3 || c.FileCount != jarsShown+3 {
		t.Errorf("the contents are %+v", c)
	}
}
