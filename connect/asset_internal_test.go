package connect

import (
	"fmt"
	"testing"
)

func TestContentRange(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][3]int64{
		"bytes 4-9/10": {4, 9, 10}, "Bytes 4-9/10": {4, 9, 10}, "bytes 4-9/*": {4, 9, -1}, "bytes 0-0/1": {0, 0, 1},
		"bytes 0-9223372036854775806/9223372036854775807": {0, 9223372036854775806, 9223372036854775807},
	} {
		first, last, size, ok := contentRange(header)
		if got := [3]int64{first, last, size}; !ok || got != want {
			t.Errorf("%q is %d, %t", header, got, ok)
		}
	}
	for _, header := range []string{
		"", "bytes", "bytes ", "bytes 4", "bytes 4-9", "4-9/10", "bytes */10", "bytes */*", "bytes */", "items 4-9/10", "bytes=4-9/10",
		"bytes -4-9/10", "bytes +4-9/10", "bytes 4-+9/10", "bytes 4-9/+10", "bytes x-9/10", "bytes 0x4-9/10", "bytes 4-/10", "bytes 4-9/x",
		"bytes 9-4/10", "bytes 4-9/9", "bytes 4-9/3", "bytes 4-9/-10", "bytes 4-9/10/11", "bytes 4 - 9/10", "bytes 4-9 / 10",
		"bytes 0-1/9223372036854775808", "bytes ١-٢/٣",
	} {
		if first, last, size, ok := contentRange(header); ok {
			t.Errorf("%q is %d to %d of %d", header, first, last, size)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	for _, header := range []string{"bytes 0-0/1", "bytes 100-199/*", "bytes */200", "BYTES 1-2/3", "bytes 00-01/02"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		first, last, size, ok := contentRange(header)
		if !ok {
			return
		}
		if first < 0 || last < first || size < -1 || size >= 0 && last >= size {
			t.Fatalf("%q is read as %d to %d of %d", header, first, last, size)
		}
		form := fmt.Sprintf("bytes %d-%d/%d", first, last, size)
		if size < 0 {
			form = fmt.Sprintf("bytes %d-%d/*", first, last)
		}
		if a, b, c, ok := contentRange(form); !ok || a != first || b != last || c != size {
			t.Errorf("%q is %d to %d of %d, but %q is %d to %d of %d, %t", header, first, last, size, form, a, b, c, ok)
		}
	})
}
