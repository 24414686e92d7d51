package scim

import (
	"cmp"
	"fmt"
	"strings"
)

// Kind says how values of an attribute are compared.
type Kind int

// The kinds of values.
const (
	Text   Kind = iota // eq compares exactly, co ignores case
	Number             // dotted version numbers, part by part
	Date               // YYYY-MM-DD
)

// Attribute is what a filter may say about one attribute.
type Attribute struct {
	Kind      Kind
	Operators []string
}

// Filter is a conjunction of comparisons.
type Filter []Comparison

// Comparison is one condition on an attribute.
type Comparison struct {
	Attribute, Operator, Value string
	kind                       Kind
}

// Error says what is wrong with a filter, and what is supported.
type Error struct {
	Reason     string
	Attributes []string // where an attribute is unknown: those that exist
	Operators  []string // where an operator does not fit: those that do
}

func (e *Error) Error() string { return "invalid filter: " + e.Reason }

// Matches says whether all conditions hold; values gives what an item has for an attribute, and one value that fits is enough.
func (f Filter) Matches(values func(attribute string) []string) bool {
	for _, c := range f {
		if !c.holds(values(c.Attribute)) {
			return false
		}
	}
	return true
}

func (c Comparison) holds(values []string) bool {
	for _, v := range values {
		if c.fits(v) {
			return true
		}
	}
	return false
}

func (c Comparison) fits(value string) bool {
	switch c.Operator {
	case "co":
		return strings.Contains(strings.ToLower(value), strings.ToLower(c.Value))
	case "sw":
		return strings.HasPrefix(strings.ToLower(value), strings.ToLower(c.Value))
	}
	order := strings.Compare(value, c.Value)
	if c.kind == Number {
		order = CompareNumbers(value, c.Value)
	}
	switch c.Operator {
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	default: // eq, as the parser lets no other through
		return order == 0
	}
}

// CompareNumbers compares dotted numbers part by part; a missing part counts as 0, and a part that is no number comes first. It
// does not use the product's own comparison, so that a mistake there cannot hide itself.
func CompareNumbers(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(part(as, i), part(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

func part(parts []string, i int) int {
	n := 0
	if i < len(parts) {
		if _, err := fmt.Sscanf(parts[i], "%d", &n); err != nil {
			return -1
		}
	}
	return n
}
