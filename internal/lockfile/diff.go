package lockfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/sanitize"
)

// DriftError says how a lock or a tree differs from what it should be.
type DriftError struct {
	What        string   // what differs from what
	Differences []string // each in words, sorted by kit or path
	Next        string   // what to do about it
}

func (e *DriftError) Error() string {
	text := e.What
	for _, d := range e.Differences {
		text += "\n  " + d
	}
	if e.Next != "" {
		text += "\n" + e.Next
	}
	return text
}

// Hint returns what to do about the difference.
func (e *DriftError) Hint() string { return e.Next }

// Check returns a *DriftError where the lock is not what the manifest asks for.
// It looks at nothing but the two. A nil lock is one that does not exist.
func Check(m *Manifest, l *Lock) error {
	next := "run `pingkit lock`, and commit the lock together with the manifest"
	if l == nil {
		return &DriftError{What: "there is no lock for the manifest", Next: next}
	}
	if differences := Diff(m, l); len(differences) > 0 {
		return &DriftError{What: "the lock does not agree with the manifest:", Differences: differences, Next: next}
	}
	return nil
}

// Diff tells in words how a lock differs from what the manifest asks for.
func Diff(m *Manifest, l *Lock) []string {
	var differences []string
	addf := func(format string, args ...any) {
		differences = append(differences, sanitize.Line(fmt.Sprintf(format, args...), 500))
	}
	if m.Target != l.Target {
		addf("target: the manifest says %s, the lock %s", m.Target, l.Target)
	}
	wanted := make(map[string]bool)
	for _, e := range m.Kits {
		k, found := l.Find(e)
		if !found {
			addf("%s: not in the lock", e.Request())
			continue
		}
		if wanted[k.IntegrationID] {
			addf("%s: the manifest lists %s more than once", e.Request(), k.Name)
		}
		wanted[k.IntegrationID] = true
		if why := k.differs(e); why != "" {
			addf("%s: %s", k.Name, why)
		}
	}
	for _, k := range l.Kits {
		if !wanted[k.IntegrationID] {
			addf("%s: in the lock, but not in the manifest", k.Name)
		}
	}
	slices.Sort(differences)
	return differences
}

// String is how people read of a target.
func (t Target) String() string {
	return strings.Join(strings.Fields(t.Product+" "+t.Version+" "+t.Layout), " ")
}

// Find returns the locked kit that an entry of the manifest means.
func (l *Lock) Find(e Entry) (Kit, bool) {
	if l == nil {
		return Kit{}, false
	}
	for _, matches := range []func(Kit) bool{
		func(k Kit) bool { return k.IntegrationID == e.Request() },
		func(k Kit) bool { return e.Name != "" && strings.EqualFold(k.Name, e.Name) },
		func(k Kit) bool { return e.Name != "" && strings.EqualFold(k.Request, e.Name) },
	} {
		if i := slices.IndexFunc(l.Kits, matches); i >= 0 {
			return l.Kits[i], true
		}
	}
	return Kit{}, false
}

// differs tells how the locked kit is not what the entry asks for, or "".
func (k Kit) differs(e Entry) string {
	c, err := kitversion.ParseConstraint(e.Version)
	switch {
	case err != nil:
		return err.Error()
	case !c.Allows(k.Version):
		return fmt.Sprintf("%s is locked, and the manifest asks for %s", k.Version, c)
	case c.String() != k.Constraint:
		return fmt.Sprintf("the constraint was %s and is %s", k.Constraint, c)
	case !k.PlacedBy(e):
		return "exclude or files have changed"
	case !slices.Equal(k.Keep, e.Keep):
		return "keep has changed"
	}
	return ""
}

// PlacedBy reports whether the files of the locked kit follow from the entry.
func (k Kit) PlacedBy(e Entry) bool {
	return slices.Equal(k.Exclude, e.Exclude) && slices.Equal(k.Rules, e.Files)
}

// Change is a kit whose version differs between two locks. An empty From means
// that it was added, an empty To that it was removed.
type Change struct {
	Kit  string `json:"kit"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Compare tells which kits and versions differ between two locks, sorted by
// name. A nil lock is an empty one.
func Compare(old, new *Lock) []Change {
	changes := []Change{}
	versions := make(map[string]string)
	if old != nil {
		for _, k := range old.Kits {
			versions[k.IntegrationID] = k.Version
		}
	}
	if new != nil {
		for _, k := range new.Kits {
			if from := versions[k.IntegrationID]; from != k.Version {
				changes = append(changes, Change{Kit: k.Name, From: from, To: k.Version})
			}
			delete(versions, k.IntegrationID)
		}
	}
	if old != nil {
		for _, k := range old.Kits {
			if from, gone := versions[k.IntegrationID]; gone {
				changes = append(changes, Change{Kit: k.Name, From: from})
			}
		}
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Kit), strings.ToLower(b.Kit)), cmp.Compare(a.From, b.From))
	})
	return changes
}
