// Package sanitize turns text from an upstream system into text that is safe
// to show to a person, to a model and to a log: plain, mostly on one line and of
// bounded length, and free of characters that hide or reorder what is read.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis marks text that was cut.
const ellipsis = "…"

// maxMarks is how many combining marks one character keeps. No script stacks
// more, and a pile of them paints over the lines above and below.
const maxMarks = 4

// Line returns s as one line of at most limit characters (not bytes); a limit
// below one means no limit. White space of every kind, line breaks included,
// becomes a single space; control, invisible and direction-changing characters,
// invalid UTF-8 and combining marks beyond the fourth in a row are dropped.
func Line(s string, limit int) string {
	if isLine(s) && (limit < 1 || len(s) <= limit) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	length, marks, gap := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap, marks = b.Len() > 0, 0
			continue
		case !visible(r):
			continue
		case !unicode.IsMark(r):
			marks = 0
		default:
			if marks++; marks > maxMarks {
				continue
			}
		}
		if gap {
			b.WriteByte(' ')
			length, gap = length+1, false
		}
		b.WriteRune(r)
		length++
		if limit > 0 && length > limit {
			return cut(b.String(), limit)
		}
	}
	return b.String()
}

// isLine reports texts that Line would return as they are, as most are: ASCII
// that can be seen, with single spaces between.
func isLine(s string) bool {
	gap := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && gap {
			return false
		}
		gap = s[i] == ' '
	}
	return s == "" || !gap
}

// Text returns s with its lines and tabs as they are and otherwise cleaned as by
// Line. Line breaks become newlines.
func Text(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r):
			if marks++; marks > maxMarks {
				return -1
			}
		case visible(r) || unicode.IsSpace(r):
			marks = 0
		}
		switch {
		case r == '\n', r == '\t', visible(r):
			return r
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// visible reports whether a reader sees r where it stands. Excluded are
// control and format characters (zero-width and direction-changing ones among
// them), private use, surrogates, variation selectors, the tag block, fillers
// that render as nothing, and the replacement character of a decoding error.
func visible(r rune) bool {
	switch {
	case r < utf8.RuneSelf: // most are
		return r >= ' ' && r != '\x7f'
	case r == utf8.RuneError:
		return false
	// Graphic by their category, and drawn as nothing: the blank Braille pattern,
	// the place of an object that is not there, and the empty note head.
	case r == '\u2800', r == '\ufffc', r == '\U0001d159':
		return false
	case unicode.In(r, unicode.C, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return false
	}
	return unicode.IsGraphic(r)
}

func cut(s string, limit int) string {
	runes := []rune(s)
	if limit == 1 {
		return ellipsis
	}
	return strings.TrimRightFunc(string(runes[:limit-1]), unicode.IsSpace) + ellipsis
}
