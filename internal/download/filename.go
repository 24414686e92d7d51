package download

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/internal/kitzip"
)

const (
	extension = ".zip"
	// maxFileName leaves room for the ending of a temporary file within the
	// 255 bytes that common file systems allow, and the 143 of encrypted ones.
	maxFileName   = 120
	maxFileNumber = 40
)

// FileName returns the name of the file of a kit: "{integration name}-{version
// number}.zip" as PingOne's documentation has it, made safe for every common
// file system whatever the two texts hold. The result is one path element of at
// most 120 bytes, begins with a letter or digit, holds only letters, digits,
// single spaces and "-_.+()", and is no name that Windows reserves.
//
// Different kits may get the same name; the digest tells them apart.
func FileName(integrationName, number string) string {
	name, number := safeText(integrationName), cut(safeText(number), maxFileNumber)
	if number != "" {
		number = "-" + number
	}
	name = cut(name, maxFileName-len(number)-len(extension))
	if name == "" {
		name = "kit"
	}
	stem := tidy(name + number)
	if kitzip.IsDevice(stem) {
		stem = "kit-" + cut(stem, maxFileName-len("kit-")-len(extension))
	}
	return stem + extension
}

// IsFileName reports whether name is safe in the way that [FileName] makes
// names, and so needs no change.
func IsFileName(name string) bool {
	stem, found := strings.CutSuffix(name, extension)
	return found && stem != "" && len(name) <= maxFileName && safeText(stem) == stem && !kitzip.IsDevice(stem)
}

// safeText replaces what is not safe by hyphens, and tidies the result.
func safeText(s string) string {
	return tidy(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.C, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1 // invisible
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), strings.ContainsRune("-_.+()", r):
			return r // marks are accents, where they are characters of their own
		}
		return '-'
	}, s))
}

// tidy removes repeated separators, and at the ends everything that a file
// system or a shell gives a meaning of its own: dots, hyphens, spaces.
func tidy(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r == last && (r == ' ' || r == '-' || r == '.') {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	s = strings.TrimLeftFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.TrimRight(s, " .-_+(")
}

// cut shortens s to at most limit bytes, between two characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return tidy(s[:limit])
}
