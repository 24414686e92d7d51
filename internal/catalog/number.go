package catalog

import (
	"cmp"
	"strings"
)

// CompareNumbers orders version numbers: negative when a is older than b,
// positive when it is newer, zero only for the same text.
//
// Numbers of integration kits are not semantic versions (52.137, 1.1.1.2,
// 2.06): they have any count of parts, and each part is compared as a number
// of any length, so 2.9 is older than 2.10. Missing parts count as zero.
//
// Spellings of one number (3 and 3.0, 2.6 and 2.06) still need an order, or
// sorting would depend on what came first: fewer parts come first, then the
// text decides. [SameNumber] tells whether two spellings mean one number.
//
// What follows the leading digits and dots is not a number. A text with such
// a tail comes before the same number without one, as 2.0-rc1 comes before
// 2.0, and a text without any number comes before all numbers.
func CompareNumbers(a, b string) int {
	return cmp.Or(
		compareValues(a, b),
		cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")),
		strings.Compare(a, b),
	)
}

// SameNumber reports whether a and b are spellings of one version number,
// such as 3 and 3.0, or 2.6 and 2.06.
func SameNumber(a, b string) bool {
	return compareValues(a, b) == 0
}

// compareValues is CompareNumbers without its tie-breaks.
func compareValues(a, b string) int {
	aParts, aTail := splitNumber(a)
	bParts, bTail := splitNumber(b)
	if c := compareBool(aParts != "", bParts != ""); c != 0 {
		return c
	}
	if c := compareParts(aParts, bParts); c != 0 {
		return c
	}
	// The one without a tail is the newer one.
	if c := compareBool(aTail == "", bTail == ""); c != 0 {
		return c
	}
	return strings.Compare(aTail, bTail)
}

// compareParts compares dotted digits part by part as numbers.
func compareParts(a, b string) int {
	for a != "" || b != "" {
		var aPart, bPart string
		aPart, a, _ = strings.Cut(a, ".")
		bPart, b, _ = strings.Cut(b, ".")
		aPart = strings.TrimLeft(aPart, "0")
		bPart = strings.TrimLeft(bPart, "0")
		// Without leading zeros the longer one is the greater number, and
		// texts of one length compare as numbers do. No part is too long.
		if c := cmp.Or(cmp.Compare(len(aPart), len(bPart)), strings.Compare(aPart, bPart)); c != 0 {
			return c
		}
	}
	return 0
}

// splitNumber divides s into its dotted digits and what follows them. Space
// around s and a leading v are no part of either.
func splitNumber(s string) (parts, tail string) {
	s = strings.TrimSpace(s)
	if len(s) > 1 && (s[0] == 'v' || s[0] == 'V') && isDigit(s[1]) {
		s = s[1:]
	}
	if s == "" || !isDigit(s[0]) {
		return "", s
	}
	end := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
