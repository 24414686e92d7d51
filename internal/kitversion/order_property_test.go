package kitversion

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
		ab, ba, bc, ac := Compare(a, b), Compare(b, a), Compare(b, c), Compare(a, c)
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
		if !Same(a, a) || Same(a, b) != Same(b, a) || Same(a, b) && Same(b, c) && !Same(a, c) {
			t.Errorf("%q, %q and %q are not consistently one number", a, b, c)
		}
		if Same(a, b) && !Same(a, c) && Compare(a, c) != Compare(b, c) {
			t.Errorf("%q and %q are one number, and %q stands between them", a, b, c)
		}
		number := n.plain()
		spelled := " v0" + number + strings.Repeat(".0", n.IntN(3)) + " "
		if !Same(number, spelled) || !Same(spelled, number) {
			t.Errorf("%q and %q are not one number", number, spelled)
		}
	})
}

// Constraints agree with the order of the numbers: each comparison is what its
// sign says, and each form but != takes no number from between two that it
// allows.
func TestConstraintsFollowTheOrder(t *testing.T) {
	properties(t, 20_000, func(n numbers) {
		bound, number := n.plain(), n.any()
		order := parse(number).compare(parse(bound))
		for form, want := range map[string]bool{
			"=%s": order == 0, "!=%s": order != 0, "<%s": order < 0, "<=%s": order <= 0, ">%s": order > 0, ">=%s": order >= 0,
		} {
			want = want && !IsPrerelease(number)
			if got := constrained(t, fmt.Sprintf(form, bound)).Allows(number); got != want {
				t.Errorf("%s allows %q: %v", fmt.Sprintf(form, bound), number, got)
			}
		}
		three := []string{n.any(), n.any(), n.any()}
		slices.SortFunc(three, Compare)
		for _, form := range []string{"%s", "<%s", "<=%s", ">%s", ">=%s", "%s.x", "~%s", "~%s.x"} {
			c := constrained(t, fmt.Sprintf(form, bound))
			if c.Allows(three[0]) && c.Allows(three[2]) && !c.Allows(three[1]) && !IsPrerelease(three[1]) {
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
