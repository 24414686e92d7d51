package connect

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/internal/sanitize"
)

// withoutValues replaces each value in text, in whatever encoding the text holds
// it: as it is, escaped for a URL, HTML or JSON, several times over and in any
// mixture, and in base64 or hexadecimal. Text and value are compared in one
// canonical form, so no list of encodings has to be complete.
func withoutValues(text string, values []string) string {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return len(v) < shortestSecret })
	if len(values) == 0 || text == "" {
		return text
	}
	plain := canonicalOf(text)
	lower := lowerASCII(plain.text)
	var found []span
	for _, value := range values {
		found = append(found, spansOf([]byte(text), value, func(i, j int) span { return span{i, j} })...)
		for _, form := range []string{value, sanitize.Line(value, 0), sanitize.FromHTML(value, 0)} {
			found = append(found, spansOf(plain.text, string(canonicalOf(form).text), plain.span)...)
		}
		found = append(found, spansOf(lower, hex.EncodeToString([]byte(value)), plain.span)...)
		for _, form := range base64Of(value) {
			found = append(found, spansOf(plain.text, string(canonicalOf(form).text), func(i, j int) span { return plain.span(i, j).widened(text) })...)
		}
	}
	return cut(text, found)
}

// span is a part of a text, in bytes.
type span struct{ from, to int }

// widened takes in the base64 characters around s: the first and last ones of a
// value hold bits of the value and bits of its neighbors.
func (s span) widened(text string) span {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=%\\"
	for s.from > 0 && strings.IndexByte(alphabet, text[s.from-1]) >= 0 {
		s.from--
	}
	for s.to < len(text) && strings.IndexByte(alphabet, text[s.to]) >= 0 {
		s.to++
	}
	return s
}

// spansOf finds each occurrence of needle. One that is too short garbles texts.
func spansOf(text []byte, needle string, place func(i, j int) span) []span {
	if len(needle) < shortestSecret {
		return nil
	}
	var found []span
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(needle))
		if i < 0 {
			return found
		}
		found = append(found, place(at+i, at+i+len(needle)))
		at += i + 1
	}
}

// cut replaces the spans of text, those that overlap by one mark.
func cut(text string, spans []span) string {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	end := 0
	for i := 0; i < len(spans); {
		s := spans[i]
		for i++; i < len(spans) && spans[i].from < s.to; i++ {
			s.to = max(s.to, spans[i].to)
		}
		b.WriteString(text[end:s.from] + redacted)
		end = s.to
	}
	return b.String() + text[end:]
}

// lowerASCII is [bytes.ToLower] without the letters whose length it changes.
func lowerASCII(text []byte) []byte {
	lower := slices.Clone(text)
	for i, b := range lower {
		if 'A' <= b && b <= 'Z' {
			lower[i] = b + ('a' - 'A')
		}
	}
	return lower
}

// base64Of returns what the base64 of any text around value is sure to hold, at
// each of the three places where value can begin in a group of three bytes.
func base64Of(value string) []string {
	var forms []string
	for before := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), value...))
		whole := encoded[(before*8+5)/6 : (before+len(value))*8/6]
		forms = append(forms, whole, strings.NewReplacer("+", "-", "/", "_").Replace(whole))
	}
	return forms
}

// canonical is a text without escapes, white space, plus signs and invisible
// characters, and for each byte the part of the original that it came from.
type canonical struct {
	text     []byte
	from, to []int
}

func (c *canonical) span(i, j int) span { return span{c.from[i], c.to[j-1]} }

func (c *canonical) add(text string, from, to int) {
	for i := range len(text) {
		c.text, c.from, c.to = append(c.text, text[i]), append(c.from, from), append(c.to, to)
	}
}

// maxEscapes is how many times over a text may be escaped.
const maxEscapes = 8

func canonicalOf(text string) *canonical {
	c := &canonical{}
	for i := range len(text) {
		c.add(text[i:i+1], i, i+1)
	}
	for range maxEscapes {
		before := len(c.text)
		// A reference needs no semicolon, so an escaped one comes first.
		for range maxEscapes {
			length := len(c.text)
			if c = c.unescaped(`%\`); len(c.text) == length {
				break
			}
		}
		if c = c.unescaped("&"); len(c.text) == before {
			break
		}
	}
	return c.visible()
}

// unescaped resolves once the escapes of c that begin with one of marks.
func (c *canonical) unescaped(marks string) *canonical {
	if !bytes.ContainsAny(c.text, marks) {
		return c
	}
	next := &canonical{}
	for i := 0; i < len(c.text); {
		value, length := string(c.text[i:i+1]), 1
		if strings.IndexByte(marks, c.text[i]) >= 0 {
			value, length = unescape(c.text[i:])
		}
		next.add(value, c.from[i], c.to[i+length-1])
		i += length
	}
	return next
}

// visible drops what a reader does not see, and the plus sign, which is a blank
// in a form.
func (c *canonical) visible() *canonical {
	next := &canonical{}
	for i := 0; i < len(c.text); {
		r, length := utf8.DecodeRune(c.text[i:])
		dropped := r == '+' || unicode.IsSpace(r) || r == utf8.RuneError && length == 1
		if r < ' ' || r > '~' {
			dropped = dropped || sanitize.Line(string(r), 0) == ""
		}
		if !dropped {
			next.add(string(c.text[i:i+length]), c.from[i], c.to[i+length-1])
		}
		i += length
	}
	return next
}

// unescape returns what the escape at the start of text means, and its length
// in bytes; the first byte as it is where there is no escape.
func unescape(text []byte) (value string, length int) {
	raw := func(digits, base, from int) (rune, bool) {
		if len(text) < from+digits {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[from:from+digits]), base, 32)
		return rune(n), err == nil
	}
	switch {
	case text[0] == '%':
		if b, ok := raw(2, 16, 1); ok {
			return string([]byte{byte(b)}), 3
		}
	case text[0] == '&':
		end := 1
		for end < len(text) && end < 32 && (text[end] == '#' || text[end] < utf8.RuneSelf && (unicode.IsLetter(rune(text[end])) || unicode.IsDigit(rune(text[end])))) {
			end++
		}
		if end < len(text) && text[end] == ';' {
			end++
		}
		if value := html.UnescapeString(string(text[:end])); len(value) < end {
			return value, end
		}
	case len(text) > 1 && text[1] == 'x':
		if b, ok := raw(2, 16, 2); ok {
			return string([]byte{byte(b)}), 4
		}
	case len(text) > 1 && text[1] == 'u':
		r, ok := raw(4, 16, 2)
		if low, pair := raw(4, 16, 8); ok && pair && r&^0x3ff == 0xd800 && low&^0x3ff == 0xdc00 && text[6] == '\\' && text[7] == 'u' {
			return string((r-0xd800)<<10 + (low - 0xdc00) + 0x10000), 12
		}
		if ok {
			return string(r), 6
		}
	case len(text) > 1 && strings.IndexByte("nrtbf", text[1]) >= 0:
		return " ", 2
	case len(text) > 1 && text[1] < utf8.RuneSelf && unicode.IsPunct(rune(text[1])) || len(text) > 1 && text[1] == '\\':
		return string(text[1:2]), 2
	}
	return string(text[:1]), 1
}
