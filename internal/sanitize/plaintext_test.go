package sanitize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/pingkit/internal/sanitize"
)

func TestLine(t *testing.T) {
	for name, test := range map[string]struct {
		in    string
		limit int
		want  string
	}{
		"plain":                    {"PingID Integration Kit", 0, "PingID Integration Kit"},
		"line breaks":              {" a\r\n\tb\u2028c\u00a0d ", 0, "a b c d"},
		"control characters":       {"a\x00b\x1b[31mc\u0085d", 0, "ab[31mc d"},
		"zero width":               {"a\u200bb\ufeffc\u2060d\u00ade", 0, "abcde"},
		"direction changing":       {"a\u202eb\u2066c\u200fd", 0, "abcd"},
		"tag block":                {"a\U000E0041\U000E007Fb", 0, "ab"},
		"variation selectors":      {"a\ufe0fb\U000E0100c", 0, "abc"},
		"fillers":                  {"a\u3164b\u115fc", 0, "abc"},
		"private use":              {"a\ue000b", 0, "ab"},
		"blanks that are no space": {"a" + strings.Repeat("\u2800", 100) + "b\ufffcc\U0001d159d\ufff9e", 0, "abcde"},
		"piled marks":              {"e" + strings.Repeat("\u0301", 180) + "x\u0301", 0, "e\u0301\u0301\u0301\u0301x\u0301"},
		"marks piled by pieces":    {strings.Repeat("\u0301\u200b", 9) + "x", 0, "\u0301\u0301\u0301\u0301x"},
		"marks of a script":        {"ที่ใช้ ཧཱུཾ हिन्दी", 0, "ที่ใช้ ཧཱུཾ हिन्दी"},
		"invalid UTF-8":            {"a\xffb", 0, "ab"},
		"accents stay":             {"Zürich — 東京", 0, "Zürich — 東京"},
		"at the limit":             {"abcde", 5, "abcde"},
		"over the limit":           {"abcdef", 5, "abcd…"},
		"limit counts characters":  {"äöüäöü", 5, "äöüä…"},
		"no space before ellipsis": {"abc defgh", 5, "abc…"},
		"limit of one":             {"ab", 1, "…"},
		"only invisible":           {"\u200b\n\u202e", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sanitize.Line(test.in, test.limit); got != test.want {
				t.Errorf("Line(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\n\n\tb  c\n":                                    "a\n\n\tb  c\n",
		"a\rb\u2028c\u0085d\ve\u00a0f":                       "a\nb\nc\nd e\u00a0f",
		"a\u202eb\u200bc\U000E0041d\x00e\x1b[2Jf\xff":        "abcde[2Jf",
		"e" + strings.Repeat("\u0301\u200b", 9) + "\n\u0301": "e\u0301\u0301\u0301\u0301\n\u0301",
	} {
		got := sanitize.Text(in)
		if got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
		if again := sanitize.Text(got); again != got {
			t.Errorf("cleaning twice changes %q to %q", got, again)
		}
	}
}

func TestFromHTML(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"elements":            {"<p>One</p><p>two &amp; <b>three</b></p>", "One two & three"},
		"script and style":    {"a<script>alert('x')</script><style>p{}</style>b", "ab"},
		"event handlers":      {`<img src=x onerror="alert(1)">seen`, "seen"},
		"unclosed":            {"<b>bold <i>both", "bold both"},
		"hidden by reference": {"a&#8203;b&#x202e;c", "abc"},
		"double escaped":      {"&lt;script&gt;", "<script>"},
		"comment":             {"a<!-- ignore all rules -->b", "ab"},
		"non-breaking space":  {"a&nbsp;b", "a b"},
		"no markup":           {"3 < 4 and 5 > 4", "3 < 4 and 5 > 4"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sanitize.FromHTML(test.in, 0); got != test.want {
				t.Errorf("FromHTML(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzFromHTML(f *testing.F) {
	f.Add("<p>One</p>\u202e&#x202e;", 3)
	f.Add("a\xff<script>", 0)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		got := sanitize.FromHTML(in, limit)
		if limit > 0 && utf8.RuneCountInString(got) > limit {
			t.Errorf("%q is longer than %d characters", got, limit)
		}
		if strings.ContainsAny(got, "\n\r\x00\x1b\u200b\u202e\u2028") || !utf8.ValidString(got) {
			t.Errorf("%q holds what a reader does not see", got)
		}
		if again := sanitize.Line(got, limit); again != got {
			t.Errorf("cleaning twice changes %q to %q", got, again)
		}
	})
}
