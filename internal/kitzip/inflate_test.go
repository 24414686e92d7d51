package kitzip

import (
	"bytes"
	stdlib "compress/flate"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := stdlib.NewWriter(&b, stdlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Entries that were closed, twice or in the middle, leave nothing to the next.
func TestInflaters(t *testing.T) {
	long := strings.Repeat("kits and more kits; ", 10_000)
	for n := range 20 {
		left := inflate(bytes.NewReader(packed(t, long)))
		if _, err := io.ReadFull(left, make([]byte, n*100)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := left.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := left.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("read after the end: %v", err)
		}
		one, other := inflate(bytes.NewReader(packed(t, long))), inflate(strings.NewReader("\xff\xff no such block"))
		if got, err := io.ReadAll(one); err != nil || string(got) != long {
			t.Errorf("%d bytes, want %d (%v)", len(got), len(long), err)
		}
		if _, err := io.ReadAll(other); !errors.As(err, new(stdlib.CorruptInputError)) {
			t.Errorf("damage is %v", err)
		}
		for _, r := range []io.Closer{one, other} {
			if err := r.Close(); err != nil && !errors.As(err, new(stdlib.CorruptInputError)) {
				t.Error(err)
			}
		}
	}
}
