package pingcentral

import (
	"strconv"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// maxShown is the longest text from upstream in a line of a plan, in characters.
const maxShown = 200

// quoted returns text from upstream, or from a model, so that it can stand in a
// line that a person decides by: on one line, without characters that hide or
// reorder, of bounded length, and in quotes that the text cannot close.
func quoted(s string) string { return strconv.Quote(sanitize.Line(s, maxShown)) }

// bare is quoted without the quotes for what cannot be taken for words of the
// plan: ids, types and the like.
func bare(s string) string {
	if s == "" || len(s) > maxShown || strings.ContainsFunc(s, func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune("-._:+", r) }) {
		return quoted(s)
	}
	return s
}
