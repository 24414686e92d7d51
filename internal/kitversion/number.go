// Package kitversion orders the version numbers of integration kits and reads
// constraints on them.
//
// Numbers of kits are not semantic versions (52.137, 1.1.1.2, 2.06): they have any
// count of parts, each of which is a number, and what follows the digits is free
// text. A number with such a tail is a pre-release: 3.0-rc1 comes before 3.0. The tails
// "Final", "GA", "RELEASE" and build metadata (+7) are none.
package kitversion

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/hashicorp/go-version"
)

// number is a version number in parts. go-version reads and compares the dotted
// digits. Tails are compared here, because go-version's order of pre-releases leads
// in circles (rc, rc.1, rc.a) and depends on the count of parts.
type number struct {
	core *version.Version // nil: the text does not begin with a number
	tail string           // lower-case, "" for a release
}

func parse(text string) number {
	digits, tail := splitNumber(text)
	tail = strings.ToLower(strings.TrimSpace(tail))
	if digits == "" {
		return number{tail: tail}
	}
	parts := strings.Split(digits, ".")
	for i, part := range parts {
		// Parts that are too large for go-version are all the largest one.
		if part == "" {
			parts[i] = "0"
		} else if _, err := strconv.ParseInt(part, 10, 64); err != nil {
			parts[i] = strconv.FormatInt(math.MaxInt64, 10)
		}
	}
	core, err := version.NewVersion(strings.Join(parts, "."))
	if err != nil {
		return number{tail: strings.ToLower(strings.TrimSpace(text))}
	}
	tail, _, _ = strings.Cut(tail, "+")
	tail = strings.Trim(tail, "-._ ")
	switch tail {
	case "final", "ga", "release":
		tail = ""
	}
	return number{core, tail}
}

// Compare orders version numbers: negative when a is older than b, positive when it
// is newer, zero only for the same text. Each part counts as a number, so 2.9 is older
// than 2.10, and missing parts count as zero. A text without any number comes before
// all numbers.
//
// Spellings of one number (3 and 3.0, 2.6 and 2.06) still need an order, or sorting
// would depend on what came first: fewer parts come first, then the text decides. [Same]
// tells whether two spellings mean one number.
func Compare(a, b string) int {
	return cmp.Or(
		parse(a).compare(parse(b)),
		cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")),
		strings.Compare(a, b),
	)
}

// Same reports whether a and b are spellings of one version number, such as 3 and
// 3.0, or 2.6 and 2.06.
func Same(a, b string) bool { return parse(a).compare(parse(b)) == 0 }

// IsPrerelease reports whether text is a number with a tail, such as 2.25-beta.
func IsPrerelease(text string) bool { return parse(text).isPrerelease() }

// InRange reports whether version lies between low and high; an empty end is open.
// Every version that begins with high is still in the range: 13.0.3 is not beyond 13.0.
func InRange(version, low, high string) bool {
	if low != "" && parse(version).compare(parse(low)) < 0 {
		return false
	}
	if high == "" || parse(version).compare(parse(high)) <= 0 {
		return true
	}
	return beginsWith(version, high, strings.Count(high, ".")+1)
}

func (n number) isPrerelease() bool { return n.core != nil && n.tail != "" }

// compare is Compare without its tie-breaks.
func (n number) compare(other number) int {
	if n.core == nil || other.core == nil {
		return cmp.Or(
			compareBool(n.core != nil, other.core != nil),
			compareBool(n.tail == "", other.tail == ""),
			strings.Compare(n.tail, other.tail),
		)
	}
	return cmp.Or(
		n.core.Compare(other.core),
		compareBool(n.tail == "", other.tail == ""), // the release is the newer one
		compareTails(n.tail, other.tail),
	)
}

// compareTails compares the digits in two tails as numbers, and the rest as text.
func compareTails(a, b string) int {
	for a != "" && b != "" {
		aRun, bRun := leadingRun(a), leadingRun(b)
		order := strings.Compare(aRun, bRun)
		if isDigit(aRun[0]) && isDigit(bRun[0]) {
			order = compareParts(aRun, bRun)
		}
		if order != 0 {
			return order
		}
		a, b = a[len(aRun):], b[len(bRun):]
	}
	return cmp.Compare(len(a), len(b))
}

// leadingRun returns the digits at the start of s, or what stands before them.
func leadingRun(s string) string {
	for i := range len(s) {
		if isDigit(s[i]) != isDigit(s[0]) {
			return s[:i]
		}
	}
	return s
}

// compareParts compares dotted digits part by part as numbers of any length.
func compareParts(a, b string) int {
	for a != "" || b != "" {
		var aPart, bPart string
		aPart, a, _ = strings.Cut(a, ".")
		bPart, b, _ = strings.Cut(b, ".")
		aPart = strings.TrimLeft(aPart, "0")
		bPart = strings.TrimLeft(bPart, "0")
		// Without leading zeros the longer one is the greater number, and
		// texts of one length compare as numbers do.
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
