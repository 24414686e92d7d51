package lockfile

import (
	"cmp"
	"slices"
	"strings"
)

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
