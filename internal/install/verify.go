package install

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"example.com/pingkit/internal/lockfile"
)

// Verification tells how a target differs from what it should hold.
type Verification struct {
	Target      string       `json:"target"`
	Files       int          `json:"files"` // that were compared
	Differences []Difference `json:"differences"`
	Kept        []Kept       `json:"kept"` // differ, and are meant to
}

// Difference is one file that is not as it should be.
type Difference struct {
	Path    string `json:"path"`
	Kit     string `json:"kit,omitempty"`
	Problem string `json:"problem"`
}

// Verify compares a target with a lock or, where that is nil, with the receipt
// of the last sync. It hashes every file, changes nothing and needs neither
// network nor cache. The error is a *lock.DriftError where there are
// differences, a *ReceiptError, a *lock.ConflictError, or matches fetch.ErrDisk;
// fs.ErrNotExist where there is no target, or nothing to compare it with.
func Verify(ctx context.Context, dir string, l *lockfile.Lock) (*Verification, error) {
	v := &Verification{Target: dir, Differences: []Difference{}, Kept: []Kept{}}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return v, diskError("opening the target", err)
	}
	defer root.Close()
	r, raw, err := readReceipt(root)
	if err != nil {
		return v, err
	}
	if l == nil && raw == nil {
		return v, fmt.Errorf("%s has no %s and no lock was given: nothing says what it should hold (%w)", dir, receiptName, fs.ErrNotExist)
	}
	wanted, err := v.wanted(root, l, r)
	if err != nil {
		return v, err
	}
	if _, err := root.Lstat(journalName); err == nil {
		v.Differences = append(v.Differences, Difference{Path: journalName, Problem: "a sync was interrupted, or is at work; the next sync completes it"})
	} else if !errors.Is(err, fs.ErrNotExist) {
		return v, diskError("looking for a journal", err)
	}
	if err := v.compare(ctx, root, wanted, r); err != nil {
		return v, err
	}
	slices.SortFunc(v.Differences, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return v, v.drift()
}

// wanted returns the files that the target should hold, and notes jars beside
// them that are another version.
func (v *Verification) wanted(root *os.Root, l *lockfile.Lock, r *receipt) ([]ownedFile, error) {
	if l == nil {
		return r.Files, nil
	}
	tree, err := l.Tree()
	if err != nil {
		return nil, err
	}
	var gone []operation // left over from an earlier lock, and told as such
	owned := r.files()
	wanted := make([]ownedFile, len(tree.Files))
	for i, f := range tree.Files {
		wanted[i] = ownedFile{Path: f.Path, Kit: l.Kits[f.Kit].String(), SHA256: f.SHA256, Keep: f.Keep}
		delete(owned, f.Path)
	}
	for p := range owned {
		gone = append(gone, operation{Path: p})
	}
	others, err := otherVersions(root, l, tree, gone)
	for _, c := range others {
		v.Differences = append(v.Differences, Difference{c.Path, c.Kit, c.Reason})
	}
	return wanted, err
}

// compare looks at the wanted files, and for those that sync owns besides.
func (v *Verification) compare(ctx context.Context, root *os.Root, wanted []ownedFile, r *receipt) error {
	left := r.files()
	all := make([]string, 0, len(wanted)+len(left))
	for _, f := range wanted {
		delete(left, f.Path)
		all = append(all, f.Path)
	}
	for p := range left {
		all = append(all, p)
	}
	states, err := look(ctx, root, all)
	if err != nil {
		return err
	}
	for _, f := range wanted {
		s := states[f.Path]
		switch {
		case s.is(f.SHA256):
		case s.hasTextOf(f.SHA256):
			v.Kept = append(v.Kept, Kept{f.Path, f.Kit, onlyLineEnds, f.Keep})
		case s.kind == absent:
			v.Differences = append(v.Differences, Difference{f.Path, f.Kit, "missing"})
		case f.Keep && (s.kind == file || s.kind == special):
			v.Kept = append(v.Kept, Kept{f.Path, f.Kit, keptByManifest, true})
		case s.kind == file:
			v.Differences = append(v.Differences, Difference{f.Path, f.Kit, "differs from the kit's"})
		default:
			v.Differences = append(v.Differences, Difference{f.Path, f.Kit, s.inWords()})
		}
	}
	for p, f := range left {
		if kind := states[p].kind; kind == file || kind == special {
			v.Differences = append(v.Differences, Difference{p, f.Kit, "left over: no locked kit installs it any more"})
		}
	}
	v.Files = len(all)
	return nil
}

func (v *Verification) drift() error {
	if len(v.Differences) == 0 {
		return nil
	}
	words := make([]string, len(v.Differences))
	for i, d := range v.Differences {
		words[i] = d.Path + ": " + d.Problem
		if d.Kit != "" {
			words[i] = fmt.Sprintf("%s (%s): %s", d.Path, d.Kit, d.Problem)
		}
	}
	return &lockfile.DriftError{
		What:        v.Target + " is not what it should be:",
		Differences: words,
		Next:        "`pingkit sync` restores what is missing and removes what is left over; with --force it replaces what was edited",
	}
}
