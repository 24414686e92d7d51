package kitversion

import (
	"fmt"
	"strings"
)

const (
	maxConstraintLength = 200
	maxComparisons      = 16
)

// Constraint says which version numbers are wanted. The zero value, like the
// words "latest" and "*", allows every release.
//
// A pre-release is allowed only where the constraint names one of the same number:
// >=2.24 <3 does not allow 3.0-rc1, and >=3.0-rc1 does.
//
// The forms are:
//
//	latest, *        every release; the highest is meant
//	2.24.0           this number, in any spelling (2.24.0, 2.24)
//	>=2.24 <3        all comparisons hold: = != > >= < <=, separated by
//	                 spaces or commas
//	2.x, 2.24.*      every number that begins with these parts
//	~2.24, ~2.24.1   at least this number, within the first two of its parts
//	                 (within the first one if it has only one)
type Constraint struct {
	text        string
	comparisons []comparison
}

type comparison struct {
	operator operator
	number   string
}

type operator string

const (
	equal    operator = "="
	notEqual operator = "!="
	less     operator = "<"
	atMost   operator = "<="
	greater  operator = ">"
	atLeast  operator = ">="
	within   operator = "x" // begins with the same parts
	tilde    operator = "~" // at least, and within the first two parts
)

// ConstraintError tells what is wrong with the text of a constraint.
type ConstraintError struct {
	Text    string // the constraint as given
	Problem string // what is wrong with it
}

func (e *ConstraintError) Error() string {
	return fmt.Sprintf("version constraint %q: %s; "+
		`expected a number such as 2.24.0, a range such as ">=2.24 <3", 2.x, ~2.24 or latest`, e.Text, e.Problem)
}

// ParseConstraint reads a constraint in one of the forms described at
// [Constraint]. The error is a [*ConstraintError].
func ParseConstraint(text string) (Constraint, error) {
	fail := func(format string, args ...any) (Constraint, error) {
		shown := text
		if len(shown) > maxConstraintLength {
			shown = strings.ToValidUTF8(shown[:maxConstraintLength], "") + "…"
		}
		return Constraint{}, &ConstraintError{Text: shown, Problem: fmt.Sprintf(format, args...)}
	}
	if len(text) > maxConstraintLength {
		return fail("longer than %d characters", maxConstraintLength)
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
	if len(words) == 0 {
		return fail("it is empty")
	}
	if len(words) == 1 && (strings.EqualFold(words[0], "latest") || words[0] == "*") {
		return Constraint{}, nil
	}
	c := Constraint{}
	for i := 0; i < len(words); i++ {
		op, number := cutOperator(words[i])
		if number == "" { // ">= 2.24", with a space between
			i++
			if i == len(words) {
				return fail("%s needs a number after it", words[i-1])
			}
			number = words[i]
		}
		comparison, problem := newComparison(op, number)
		if problem != "" {
			return fail("%s", problem)
		}
		c.comparisons = append(c.comparisons, comparison)
		if len(c.comparisons) > maxComparisons {
			return fail("more than %d comparisons", maxComparisons)
		}
	}
	texts := make([]string, len(c.comparisons))
	for i, comparison := range c.comparisons {
		texts[i] = comparison.String()
	}
	c.text = strings.Join(texts, " ")
	return c, nil
}

// cutOperator separates the leading operator of word; a bare number has the
// operator "=".
func cutOperator(word string) (operator, string) {
	for _, op := range []operator{"==", notEqual, atMost, atLeast, less, greater, equal, tilde} {
		if rest, found := strings.CutPrefix(word, string(op)); found {
			if op == "==" {
				op = equal
			}
			return op, rest
		}
	}
	return equal, word
}

func newComparison(op operator, number string) (comparison, string) {
	if stem, open := cutWildcard(number); open {
		if op != equal && op != tilde {
			return comparison{}, fmt.Sprintf("%s%s compares with an open number", op, number)
		}
		op, number = within, stem
	}
	parts, tail := splitNumber(number)
	switch {
	case parts == "" || parts[len(parts)-1] == '.' || strings.Contains(parts, ".."):
		return comparison{}, fmt.Sprintf("%q is not a version number", number)
	case strings.ContainsAny(tail, "<>=!~*|^ "):
		return comparison{}, fmt.Sprintf("%q is not understood", number)
	case tail != "" && (op == within || op == tilde):
		return comparison{}, fmt.Sprintf("%q has more than digits and dots", number)
	}
	return comparison{op, parts + tail}, ""
}

// cutWildcard removes the open last part of numbers such as 2.x and 2.24.*.
func cutWildcard(number string) (stem string, open bool) {
	for _, ending := range []string{".x", ".X", ".*"} {
		if stem, found := strings.CutSuffix(number, ending); found {
			return stem, true
		}
	}
	return number, false
}

// Any reports whether every release is allowed, as with "latest".
func (c Constraint) Any() bool { return len(c.comparisons) == 0 }

// Exact returns the one number that is allowed, if the constraint names one.
func (c Constraint) Exact() (number string, ok bool) {
	if len(c.comparisons) == 1 && c.comparisons[0].operator == equal {
		return c.comparisons[0].number, true
	}
	return "", false
}

// Allows reports whether a version of this number satisfies the constraint.
func (c Constraint) Allows(number string) bool {
	if wanted := parse(number); wanted.isPrerelease() && !c.names(wanted) {
		return false
	}
	for _, comparison := range c.comparisons {
		if !comparison.allows(number) {
			return false
		}
	}
	return true
}

// names reports whether the constraint names a pre-release of the same number.
func (c Constraint) names(wanted number) bool {
	for _, comparison := range c.comparisons {
		named := parse(comparison.number)
		if named.isPrerelease() && comparison.operator != notEqual && named.core.Compare(wanted.core) == 0 {
			return true
		}
	}
	return false
}

// String returns the constraint in its canonical spelling, which
// [ParseConstraint] reads as the same constraint.
func (c Constraint) String() string {
	if c.Any() {
		return "latest"
	}
	return c.text
}

func (c comparison) String() string {
	switch c.operator {
	case equal:
		return c.number
	case within:
		return c.number + ".x"
	default:
		return string(c.operator) + c.number
	}
}

func (c comparison) allows(number string) bool {
	order := parse(number).compare(parse(c.number))
	switch c.operator {
	case equal:
		return order == 0
	case notEqual:
		return order != 0
	case less:
		return order < 0
	case atMost:
		return order <= 0
	case greater:
		return order > 0
	case atLeast:
		return order >= 0
	case tilde:
		return order >= 0 && beginsWith(number, c.number, 2)
	case within:
		return beginsWith(number, c.number, strings.Count(c.number, ".")+1)
	default:
		return false
	}
}

// beginsWith reports whether number and stem agree in their first parts, at
// most count of them and no more than stem has.
func beginsWith(number, stem string, count int) bool {
	parts, _ := splitNumber(number)
	if parts == "" {
		return false
	}
	rest := stem
	for more := true; more && count > 0; count-- {
		var want, have string
		want, rest, more = strings.Cut(rest, ".")
		have, parts, _ = strings.Cut(parts, ".")
		if compareParts(have, want) != 0 {
			return false
		}
	}
	return true
}
