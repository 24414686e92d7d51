package sanitize

import (
	"strings"

	"golang.org/x/net/html"
)

// FromHTML is Line of s without its markup: elements are removed, scripts and
// styles with their contents, and character references are resolved. What is
// markup only after the references are resolved stays text.
func FromHTML(s string, limit int) string {
	if !strings.ContainsAny(s, "<&") {
		return Line(s, limit)
	}
	var b strings.Builder
	hidden := 0 // elements around the place whose contents are not shown
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		kind := z.Next()
		raw, _ := z.TagName()
		name := string(raw)
		switch {
		case kind == html.ErrorToken:
			return Line(b.String(), limit) // the end: a string gives no other error
		case kind == html.TextToken && hidden == 0:
			b.Write(z.Text())
		case (kind == html.StartTagToken || kind == html.SelfClosingTagToken) && hides(name):
			hidden++ // HTML has no closing slash: a page hides what follows it all the same
		case kind == html.EndTagToken && hides(name):
			hidden = max(0, hidden-1)
		}
		if name != "" && name != "script" && name != "style" {
			b.WriteByte(' ') // what stands in two elements is two words
		}
	}
}

// hides reports the elements whose contents are not shown on a page.
func hides(element string) bool {
	switch element {
	case "frameset", "iframe", "noembed", "noframes", "noscript", "object", "script", "style", "template", "title":
		return true
	}
	return false
}
