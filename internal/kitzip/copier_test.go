package kitzip

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"example.com/pingkit/internal/sandbox/kits"
)

func TestCopier(t *testing.T) {
	copier := open(t, zipOf(t, "kit/a.txt=one", "kit/b.txt=two")).Copier()
	for path, want := range map[string]string{"kit/b.txt": "two", "kit/a.txt": "one"} {
		var got bytes.Buffer
		size, sum, err := copier.Copy(t.Context(), &got, path)
		if err != nil || got.String() != want || size != 3 || sum != fmt.Sprintf("%x", sha256.Sum256([]byte(want))) {
			t.Errorf("%s: %q, %d bytes, %s, %v", path, &got, size, sum, err)
		}
	}
	if _, _, err := copier.Copy(t.Context(), io.Discard, "kit/c.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// What lies about itself is found out while it is copied, and the files that one
// Copier copies count together.
func TestCopierRefuses(t *testing.T) {
	const deploy = "evil-kit/dist/pingfederate/server/default/deploy/"
	for kind, test := range map[string]struct {
		path string
		want error
	}{
		"bomb-with-false-size": {deploy + "zeros.jar", ErrUnsafe},
		"wrong-checksum":       {deploy + "evil.jar", ErrDamaged},
	} {
		var data bytes.Buffer
		evil := kits.Hostile(kind)
		if err := evil.WriteRange(&data, 0, evil.Size()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := open(t, data.Bytes()).Copier().Copy(t.Context(), io.Discard, test.path); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	a := open(t, zipOf(t, "kit/a=12345", "kit/b=12345"))
	a.limits.bytes = 8
	copier := a.Copier()
	if _, _, err := copier.Copy(t.Context(), io.Discard, "kit/a"); err != nil {
		t.Error(err)
	}
	if _, _, err := copier.Copy(t.Context(), io.Discard, "kit/b"); !errors.Is(err, ErrUnsafe) {
		t.Errorf("more than the archive may hold in all: %v", err)
	}
}
