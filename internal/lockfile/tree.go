package lockfile

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"example.com/pingkit/internal/kitzip"
)

// instancePrefix is where a server profile holds the product's files.
const instancePrefix = "instance/"

// Tree is what a lock puts into a target.
type Tree struct {
	Files []TreeFile // sorted by Path, none twice
	Left  []Left     // what kits bring and the tree does not hold, sorted by Path
}

// TreeFile is one file of the tree.
type TreeFile struct {
	Path   string // below the target directory, by its layout
	Kit    int    // index into the lock's Kits
	From   string // in the kit's archive
	Size   int64
	SHA256 string
	Keep   bool // local edits win
}

// Left is a file of a kit that is left out on purpose.
type Left struct {
	Path   string `json:"path"`
	Kit    string `json:"kit"` // name and version
	Reason string `json:"reason"`
}

// candidate is a file that a kit would install.
type candidate struct {
	File
	kit int
	to  string // below the target directory
}

// Tree works out which files a target holds once the lock is installed. It
// depends on nothing but the lock. The error is a *ConflictError: kits disagree
// about a file, or bring two versions of a jar onto one class path.
func (l *Lock) Tree() (*Tree, error) {
	var all []candidate
	for i, k := range l.Kits {
		for _, f := range k.Files {
			all = append(all, candidate{File: f, kit: i, to: l.Target.place(f.Path)})
		}
	}
	// The order of the kits in memory does not count.
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.to, b.to),
			cmp.Compare(l.Kits[a.kit].Name, l.Kits[b.kit].Name),
			cmp.Compare(l.Kits[a.kit].IntegrationID, l.Kits[b.kit].IntegrationID),
			cmp.Compare(a.Path, b.Path),
		)
	})
	c := &clashes{lock: l}
	t := &Tree{}
	all = c.chooseSDK(all, t)
	all = c.samePath(all)
	c.jars(all)
	if len(c.list) > 0 {
		return nil, &ConflictError{Conflicts: c.list}
	}
	for _, f := range all {
		t.Files = append(t.Files, TreeFile{
			Path: f.to, Kit: f.kit, From: f.From, Size: f.Size, SHA256: f.SHA256,
			Keep: l.Kits[f.kit].keeps(f.Path),
		})
	}
	return t, nil
}

// place returns where a file of the product stands below the target directory.
func (t Target) place(p string) string {
	switch t.Layout {
	case LayoutServerProfile:
		return instancePrefix + p
	case LayoutFlat:
		return path.Base(p)
	}
	return p
}

// keeps reports whether local edits of a file of the product win.
func (k Kit) keeps(p string) bool {
	return slices.ContainsFunc(k.Keep, func(glob string) bool {
		glob = strings.TrimSuffix(glob, "/") // a folder stands for what is in it
		return doublestar.MatchUnvalidated(glob, p) || doublestar.MatchUnvalidated(glob+"/**", p)
	})
}

// clashes collects what cannot stand side by side.
type clashes struct {
	lock *Lock
	list []string
}

func (c *clashes) addf(format string, args ...any) {
	if len(c.list) < shownProblems {
		c.list = append(c.list, fmt.Sprintf(format, args...))
	}
}

func (c *clashes) name(f candidate) string { return c.lock.Kits[f.kit].String() }

// samePath drops what several kits bring alike, and finds what they bring
// differently: two contents, names that some file system takes for the same, or a
// file where another needs a folder. all is sorted by path.
func (c *clashes) samePath(all []candidate) []candidate {
	var kept []candidate
	files := make(map[string]candidate)
	for _, f := range all {
		folded := kitzip.Fold(f.to)
		first, twice := files[folded]
		switch {
		case !twice:
			files[folded] = f
			kept = append(kept, f)
		case first.to != f.to:
			c.addf("%s of %s and %s of %s are the same name to some file systems; exclude one of them", first.to, c.name(first), f.to, c.name(f))
		case first.SHA256 != f.SHA256:
			c.addf("%s is another file in %s than in %s; exclude it from one of them", f.to, c.name(first), c.name(f))
		}
	}
	for _, f := range kept {
		for dir := path.Dir(kitzip.Fold(f.to)); dir != "."; dir = path.Dir(dir) {
			if file, isFile := files[dir]; isFile {
				c.addf("%s of %s is a file where %s of %s needs a folder", file.to, c.name(file), f.to, c.name(f))
			}
		}
	}
	return kept
}

// ConflictError says that kits cannot be installed side by side.
type ConflictError struct {
	Conflicts []string // each in words, with the kits
}

func (e *ConflictError) Error() string {
	return "the kits cannot be installed together:\n  " + strings.Join(e.Conflicts, "\n  ")
}
