// Package match finds the one item that an ID or a name identifies, and the names
// nearest to one that identifies none.
package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

const (
	// shown is how many candidates or near names an error lists.
	shown = 10
	// shownWant is how many characters of the wanted name an error repeats, and
	// longestWant the most bytes of a wanted name that is compared with others.
	// Callers may send a megabyte.
	shownWant   = 200
	longestWant = 1000
)

// Names identify an item.
type Names struct {
	ID      string
	Name    string
	Aliases []string // further exact names, such as a short code
	Detail  string   // tells it apart from items with a similar name; may be empty
}

func (n Names) String() string {
	if n.Detail == "" {
		return fmt.Sprintf("%q (id %s)", n.Name, n.ID)
	}
	return fmt.Sprintf("%q (id %s, %s)", n.Name, n.ID, n.Detail)
}

// NotFoundError says that no item has the ID or name Want.
type NotFoundError struct {
	Kind    string // of the wanted item, such as "application"
	Want    string
	Nearest []string // names that are close, or the few there are
}

func (e *NotFoundError) Error() string {
	want := sanitize.Line(e.Want, shownWant)
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("there is no %s %q", e.Kind, want)
	}
	// In quotes, because a third party may have written a sentence as a name.
	near := make([]string, len(e.Nearest))
	for i, name := range e.Nearest {
		near[i] = strconv.Quote(name)
	}
	return fmt.Sprintf("there is no %s %q; near it: %s", e.Kind, want, strings.Join(near, ", "))
}

// AmbiguousError says that several items have the name Want.
type AmbiguousError struct {
	Kind       string
	Want       string
	Candidates []Names
}

func (e *AmbiguousError) Error() string {
	var list []string
	for _, c := range e.Candidates[:min(shown, len(e.Candidates))] {
		list = append(list, c.String())
	}
	if more := len(e.Candidates) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%d of kind %s match %q; use an id: %s", len(e.Candidates), e.Kind, e.Want, strings.Join(list, ", "))
}

// One returns the item that want identifies: the item with this exact ID, else
// with this name or alias ignoring case, else the only one whose name contains
// want. The error is a [*NotFoundError] or an [*AmbiguousError].
func One[T any](kind, want string, items []T, names func(T) Names) (T, error) {
	var none T
	want = strings.TrimSpace(want)
	if want == "" {
		return none, &NotFoundError{Kind: kind, Want: want, Nearest: nearest(want, items, names)}
	}
	folded := strings.ToLower(want)
	for _, matches := range []func(Names) bool{
		func(n Names) bool { return n.ID == want },
		func(n Names) bool { return strings.EqualFold(n.Name, want) || containsFold(n.Aliases, want) },
		func(n Names) bool { return strings.Contains(strings.ToLower(n.Name), folded) },
	} {
		var hits []T
		for _, item := range items {
			if matches(names(item)) {
				hits = append(hits, item)
			}
		}
		switch len(hits) {
		case 0:
			continue
		case 1:
			return hits[0], nil
		}
		candidates := make([]Names, len(hits))
		for i, hit := range hits {
			candidates[i] = names(hit)
		}
		return none, &AmbiguousError{Kind: kind, Want: want, Candidates: candidates}
	}
	return none, &NotFoundError{Kind: kind, Want: want, Nearest: nearest(want, items, names)}
}

// Nearest returns the words of list that are close to want, closest first: those
// within a third of its length in edits, or that contain it or are contained.
func Nearest(want string, list []string) []string {
	if len(want) > longestWant {
		return nil
	}
	want = strings.ToLower(want)
	type scored struct {
		word  string
		edits int
	}
	var near []scored
	for _, word := range list {
		folded, within := strings.ToLower(word), max(1, len(want)/3)
		overlaps := len(want) > 2 && (strings.Contains(folded, want) || strings.Contains(want, folded))
		if !overlaps && max(len(want)-len(folded), len(folded)-len(want)) > within {
			continue // at least so many edits
		}
		if edits := distance(want, folded); edits <= within || overlaps {
			near = append(near, scored{word, edits})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.edits - b.edits })
	words := make([]string, 0, min(shown, len(near)))
	for _, s := range near[:min(shown, len(near))] {
		words = append(words, s.word)
	}
	return words
}

// nearest returns the whole list if no name is near and the list is short.
func nearest[T any](want string, items []T, names func(T) Names) []string {
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = names(item).Name
	}
	if near := Nearest(want, all); len(near) > 0 {
		return near
	}
	if len(all) <= shown {
		return all
	}
	return nil
}

func containsFold(list []string, want string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return s != "" && strings.EqualFold(s, want) })
}

// distance counts the edits between two short names, in bytes: a byte inserted,
// deleted or replaced, or two adjacent bytes swapped (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			other := 1
			if a[i] == b[j] {
				other = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+other)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
