package catalog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/kitversion"
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

func constrained(t *testing.T, text string) kitversion.Constraint {
	t.Helper()
	c, err := kitversion.ParseConstraint(text)
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
			if err != nil || kitversion.Compare(v.Number, chosen.Number) > 0 {
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
