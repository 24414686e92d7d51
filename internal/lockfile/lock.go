package lockfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// lockVersion is the form of kits.lock.json that is written and read.
const lockVersion = 1

// Lock pins kits to what was found when it was made. It holds no times, hosts
// or URLs, so that the same kits give the same bytes wherever it is made, and
// all that a sync needs to know besides the archives themselves.
type Lock struct {
	Target Target `json:"target"`
	Kits   []Kit  `json:"kits"`
}

// Kit is one pinned kit.
type Kit struct {
	Name          string   `json:"name"`              // as the catalog calls it
	Request       string   `json:"request,omitempty"` // as the manifest calls it, where that is neither its name nor its id
	IntegrationID string   `json:"integration_id"`
	Constraint    string   `json:"constraint"` // of the manifest, in canonical spelling
	Version       string   `json:"version"`
	VersionID     string   `json:"version_id"`
	Size          int64    `json:"size"`           // of the archive, in bytes
	SHA256        string   `json:"sha256"`         // of the archive, in lower-case hexadecimal
	Tree          string   `json:"tree,omitempty"` // only in locks of earlier versions; Decode drops it
	Layout        string   `json:"layout"`         // of the archive: the letter of a kitzip.Layout
	Exclude       []string `json:"exclude,omitempty"`
	Rules         []Rule   `json:"rules,omitempty"`
	Keep          []string `json:"keep,omitempty"`
	Files         []File   `json:"files"`
}

// File is one file that a kit installs.
type File struct {
	Path   string `json:"path"` // below the product root, with forward slashes
	From   string `json:"from"` // in the archive
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// String is how people read of a kit.
func (k Kit) String() string { return k.Name + " " + k.Version }

// wire is a lock as it stands in the file.
type wire struct {
	LockVersion int `json:"lock_version"`
	Lock
}

// Encode returns the canonical form: sorted, indented, ending in a newline. The
// same lock always gives the same bytes.
func (l *Lock) Encode() ([]byte, error) {
	sorted := Lock{Target: l.Target, Kits: slices.Clone(l.Kits)}
	if sorted.Kits == nil {
		sorted.Kits = []Kit{}
	}
	slices.SortFunc(sorted.Kits, func(a, b Kit) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.IntegrationID, b.IntegrationID),
		)
	})
	for i := range sorted.Kits {
		files := slices.Clone(sorted.Kits[i].Files)
		if files == nil {
			files = []File{}
		}
		slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
		sorted.Kits[i].Files = files
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // constraints such as >=2.24 stay readable
	enc.SetIndent("", "  ")
	if err := enc.Encode(wire{lockVersion, sorted}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
