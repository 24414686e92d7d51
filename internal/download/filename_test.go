package download

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFileName(t *testing.T) {
	for _, test := range []struct{ name, number, want string }{
		{"PingID Integration Kit", "2.24.0", "PingID Integration Kit-2.24.0.zip"},
		{"pf-pcv-pone", "52.137", "pf-pcv-pone-52.137.zip"},
		{"../../etc/passwd", "1.0", "etc-passwd-1.0.zip"},
		{`..\..\windows\system32`, "1", "windows-system32-1.zip"},
		{"/absolute", "1", "absolute-1.zip"},
		{`C:\kit`, "1", "C-kit-1.zip"},
		{"a\x00b\nc\u202Ed", "1", "ab cd-1.zip"},
		{"kit\u200b\ufeff\u3164name", "1", "kitname-1.zip"},
		{"a\u0301\ufe0f", "1", "a\u0301-1.zip"},
		{".hidden", "1", "hidden-1.zip"},
		{"-rf", "1", "rf-1.zip"},
		{"~root", "1", "root-1.zip"},
		{"trailing. . .", "", "trailing.zip"},
		{"CON", "", "kit-CON.zip"},
		{"con.x", "1", "kit-con.x-1.zip"},
		{"COM1", "", "kit-COM1.zip"},
		{"COM0", "", "kit-COM0.zip"},
		{"LPT¹", "", "LPT.zip"},
		{"CON", "1", "CON-1.zip"},
		{"COM10", "", "COM10.zip"},
		{"", "", "kit.zip"},
		{"", "1.0", "kit-1.0.zip"},
		{"...", "../..", "kit.zip"},
		{"kit", "1/../../2", "kit-1-.-.-2.zip"},
		{"Zürich 東京", "1", "Zürich 東京-1.zip"},
		{"a:b*c?d\"e<f>g|h", "1", "a-b-c-d-e-f-g-h-1.zip"},
		{"$(rm -rf)`id`;&", "1", "rm -rf)-id-1.zip"},
		{strings.Repeat("x", 300), "2.0", strings.Repeat("x", 112) + "-2.0.zip"},
		{strings.Repeat("ü", 300), "2.0", strings.Repeat("ü", 56) + "-2.0.zip"},
		{"kit", strings.Repeat("1.", 100), "kit-" + strings.Repeat("1.", 19) + "1.zip"},
		{"invalid\xffbytes", "1", "invalid-bytes-1.zip"},
	} {
		if got := FileName(test.name, test.number); got != test.want {
			t.Errorf("FileName(%q, %q) = %q, want %q", test.name, test.number, got, test.want)
		}
	}
}

func TestIsFileName(t *testing.T) {
	for _, name := range []string{"kit.zip", "PingID Integration Kit-2.24.0.zip", "a_b+c(1).zip"} {
		if !IsFileName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{
		"", ".zip", "kit", "kit.jar", "../kit.zip", "a/b.zip", `a\b.zip`, ".kit.zip", "-kit.zip", "con.zip", "a  b.zip",
		"a\u202eb.zip", "kit..zip", strings.Repeat("x", 117) + ".zip",
	} {
		if IsFileName(name) {
			t.Errorf("%q is accepted", name)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("PingID Integration Kit", "2.24.0")
	f.Add("../../etc/passwd", "..")
	f.Add("CON", "")
	f.Add("\u202e\u200b\x00", "\xff")
	f.Add(strings.Repeat("é", 100), strings.Repeat("1.", 50))
	f.Fuzz(func(t *testing.T, name, number string) {
		got := FileName(name, number)
		if !IsFileName(got) {
			t.Errorf("FileName(%q, %q) = %q, which IsFileName refuses", name, number, got)
		}
		if len(got) > maxFileName || !utf8.ValidString(got) || !strings.HasSuffix(got, extension) {
			t.Errorf("FileName(%q, %q) = %q", name, number, got)
		}
		if !filepath.IsLocal(got) || filepath.Base(got) != got || strings.ContainsAny(got, "/\\:*?\"<>|$`~\x00") {
			t.Errorf("FileName(%q, %q) = %q is no plain name", name, number, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || (unicode.IsSpace(r) && r != ' ') {
				t.Errorf("FileName(%q, %q) = %q holds %U", name, number, got, r)
			}
		}
		if first, _ := utf8.DecodeRuneInString(got); !unicode.IsLetter(first) && !unicode.IsDigit(first) {
			t.Errorf("FileName(%q, %q) = %q begins with %q", name, number, got, first)
		}
	})
}
