package catalog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// numbers makes version numbers as the wild has them, and worse ones, so that
// equal and nearly equal ones are frequent.
type numbers struct{ *rand.Rand }

func (n numbers) pick(from ...string) string { return from[n.IntN(len(from))] }

func (n numbers) digits() string {
	return n.pick("0", "1", "2", "2", "9", "10", "06", "24", "137", "00", "99999999999999999999")
}

func (n numbers) plain() string {
	parts := make([]string, 1+n.IntN(4))
	for i := range parts {
		parts[i] = n.digits()
	}
	return strings.Join(parts, ".")
}

func (n numbers) any() string {
	text := n.plain()
	switch n.IntN(6) {
	case 0:
		text += n.pick("-rc1", "-beta", ".Final", "+x", "..", ".", " ", "a", "ſ")
	case 1:
		text = n.pick("v", "V", " ", "x", "") + text
	case 2:
		text = n.pick("", "latest", "beta", ".", "é", "\xff")
	}
	return text
}

// properties runs a test with many random inputs, and says with which seed.
func properties(t *testing.T, rounds int, test func(n numbers)) {
	t.Helper()
	seed := rand.Uint64()
	n := numbers{rand.New(rand.NewPCG(seed, 0))}
	for range rounds {
		if test(n); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// The order is total: any two numbers are in one order and no other, equal only
// where they are the same text, and no three of them lead in a circle.
func TestOrderIsTotal(t *testing.T) {
	properties(t, 20_000, func(n numbers) {
		a, b, c := n.any(), n.any(), n.any()
		ab, ba, bc, ac := CompareNumbers(a, b), CompareNumbers(b, a), CompareNumbers(b, c), CompareNumbers(a, c)
		if ab != -ba || (ab == 0) != (a == b) {
			t.Errorf("%q and %q: %d, the other way %d", a, b, ab, ba)
		}
		if ab <= 0 && bc <= 0 && (ac > 0 || ac == 0 && (ab < 0 || bc < 0)) {
			t.Errorf("%q, %q and %q lead in a circle", a, b, c)
		}
	})
}

// Spellings of one number are one number for all who compare, whatever the
// spelling, and stand side by side.
func TestSpellingsAreOneNumber(t *testing.T) {
	properties(t, 20_000, func(n numbers) {
		a, b, c := n.any(), n.any(), n.any()
		if !SameNumber(a, a) || SameNumber(a, b) != SameNumber(b, a) || SameNumber(a, b) && SameNumber(b, c) && !SameNumber(a, c) {
			t.Errorf("%q, %q and %q are not consistently one number", a, b, c)
		}
		if SameNumber(a, b) && !SameNumber(a, c) && CompareNumbers(a, c) != CompareNumbers(b, c) {
			t.Errorf("%q and %q are one number, and %q stands between them", a, b, c)
		}
		number := n.plain()
		spelled := " v0" + number + strings.Repeat(".0", n.IntN(3)) + " "
		if !SameNumber(number, spelled) || !SameNumber(spelled, number) {
			t.Errorf("%q and %q are not one number", number, spelled)
		}
	})
}

// A sorted list is the same whatever came first.
func TestSortIsCanonical(t *testing.T) {
	properties(t, 500, func(n numbers) {
		list := make([]Version, n.IntN(12))
		for i := range list {
			list[i] = Version{Number: n.any(), ReleasedOn: n.pick("", "2024-01-01", "2025-01-01"), ID: n.digits()}
		}
		other := slices.Clone(list)
		n.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		Newest(list)
		Newest(other)
		if !slices.Equal(list, other) {
			t.Errorf("%+v and %+v", list, other)
		}
	})
}

// Constraints agree with the order of the numbers: each comparison is what its
// sign says, and each form but != takes no number from between two that it
// allows.
func TestConstraintsFollowTheOrder(t *testing.T) {
	properties(t, 20_000, func(n numbers) {
		bound, number := n.plain(), n.any()
		order := compareValues(number, bound)
		for form, want := range map[string]bool{
			"=%s": order == 0, "!=%s": order != 0, "<%s": order < 0, "<=%s": order <= 0, ">%s": order > 0, ">=%s": order >= 0,
		} {
			if got := constrained(t, fmt.Sprintf(form, bound)).Allows(number); got != want {
				t.Errorf("%s allows %q: %v", fmt.Sprintf(form, bound), number, got)
			}
		}
		three := []string{n.any(), n.any(), n.any()}
		slices.SortFunc(three, CompareNumbers)
		for _, form := range []string{"%s", "<%s", "<=%s", ">%s", ">=%s", "%s.x", "~%s", "~%s.x"} {
			c := constrained(t, fmt.Sprintf(form, bound))
			if c.Allows(three[0]) && c.Allows(three[2]) && !c.Allows(three[1]) {
				t.Errorf("%s allows %q and %q, and not %q between them", c, three[0], three[2], three[1])
			}
		}
	})
}

// What a constraint of several parts allows is what all of its parts allow.
func TestConstraintIsAllOfItsParts(t *testing.T) {
	properties(t, 5_000, func(n numbers) {
		var parts []string
		for range 1 + n.IntN(4) {
			parts = append(parts, n.pick("", "=", "!=", "<", "<=", ">", ">=", "~")+n.plain())
		}
		number, all := n.any(), true
		for _, part := range parts {
			all = all && constrained(t, part).Allows(number)
		}
		whole := constrained(t, strings.Join(parts, n.pick(" ", ",", ", ")))
		if whole.Allows(number) != all || constrained(t, whole.String()).String() != whole.String() {
			t.Errorf("%q allows %q: %v, its parts %v", whole, number, !all, all)
		}
	})
}

func constrained(t *testing.T, text string) Constraint {
	t.Helper()
	c, err := ParseConstraint(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The highest number of those allowed is chosen, of any list in any order.
func TestSelectsTheHighestAllowed(t *testing.T) {
	properties(t, 2_000, func(n numbers) {
		var versions []Version
		for i := range 1 + n.IntN(8) {
			v := Version{ID: fmt.Sprint("id", i), Number: n.plain()}
			if n.IntN(4) == 0 {
				v.Type = "SAML"
			}
			versions = append(versions, v)
		}
		want := n.pick("latest", ">="+n.plain(), "<"+n.plain(), n.plain()+".x", "~"+n.plain())
		c := constrained(t, want)
		chosen, err := Select(versions, want)
		for _, v := range versions {
			if !v.HasKit() || !c.Allows(v.Number) {
				continue
			}
			if err != nil || CompareNumbers(v.Number, chosen.Number) > 0 {
				t.Errorf("%q of %+v gives %+v, %v", want, versions, chosen, err)
			}
		}
		if err == nil && (!chosen.HasKit() || !c.Allows(chosen.Number)) {
			t.Errorf("%q of %+v gives %+v", want, versions, chosen)
		}
	})
}

// A cursor comes back as the position that it was made of, and only for its list.
func TestCursorsComeBack(t *testing.T) {
	properties(t, 5_000, func(n numbers) {
		p := position{Offset: n.IntN(maxItems + 1), Plain: n.IntN(2) == 0}
		if n.IntN(2) == 0 {
			link := "/" + n.pick("v1/environments?cursor=", "ä\"\\\n", strings.Repeat("x", 5000)) + n.any()
			p.Link, p.Depth = strings.ToValidUTF8(link, ""), 1+n.IntN(maxDepth)
		}
		list := n.any()
		cursor := p.encode(list)
		if got, err := decodeCursor(cursor, list); err != nil || got != p {
			t.Errorf("%+v comes back as %+v, %v", p, got, err)
		}
		if got, err := decodeCursor(cursor, list+"x"); err == nil {
			t.Errorf("the cursor of %q is good for another list: %+v", list, got)
		}
	})
}
