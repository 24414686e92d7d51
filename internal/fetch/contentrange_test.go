package fetch

import (
	"fmt"
	"testing"
)

func TestParseContentRange(t *testing.T) {
	for value, want := range map[string]ContentRange{
		"bytes 0-0/1":          {0, 0, 1},
		"bytes 100-199/200":    {100, 199, 200},
		"Bytes 100-199/*":      {100, 199, -1},
		" bytes  100-199/200 ": {100, 199, 200},
		"bytes */200":          {-1, -1, 200},
		"bytes 0-9223372036854775806/9223372036854775807": {0, 9223372036854775806, 9223372036854775807},
	} {
		if got, err := ParseContentRange(value); err != nil || got != want {
			t.Errorf("ParseContentRange(%q) = %v, %v, want %v", value, got, err, want)
		}
	}
	for _, value := range []string{
		"", "bytes", "bytes ", "bytes 0-1", "0-1/2", "items 0-1/2", "bytes=0-1/2", "bytes 1-0/2", "bytes 0-2/2",
		"bytes -1-2/3", "bytes +1-2/3", "bytes 0x1-2/3", "bytes 1-/3", "bytes -2/3", "bytes */*", "bytes */",
		"bytes 0-1/-2", "bytes 0-1/2/3", "bytes 0-1/9223372036854775808", "bytes ١-٢/٣", "bytes 0 - 1/2", "bytes 0-1 / 2",
	} {
		if got, err := ParseContentRange(value); err == nil {
			t.Errorf("ParseContentRange(%q) = %v", value, got)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	for _, value := range []string{"bytes 0-0/1", "bytes 100-199/*", "bytes */200", "BYTES 1-2/3", "bytes 00-01/02"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r, err := ParseContentRange(value)
		if err != nil {
			return
		}
		if r.First < -1 || r.Last < r.First || r.Total < -1 || (r.Total >= 0 && r.Last >= r.Total) {
			t.Fatalf("%q is read as %+v", value, r)
		}
		total := "*"
		if r.Total >= 0 {
			total = fmt.Sprint(r.Total)
		}
		form := fmt.Sprintf("bytes %d-%d/%s", r.First, r.Last, total)
		if r.First < 0 {
			form = "bytes */" + total
		}
		if again, err := ParseContentRange(form); err != nil || again != r {
			t.Errorf("%q is %+v, but %q is %+v, %v", value, r, form, again, err)
		}
	})
}
