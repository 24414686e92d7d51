package install

import (
	"path"
	"slices"
	"strings"

	"example.com/pingkit/internal/lockfile"
)

// operation changes one path. What stood there when it was planned is part of
// it: something else by the time it is carried out is left alone.
type operation struct {
	Path   string `json:"path"`
	Before string `json:"before,omitempty"` // sha256, beforeSpecial, or empty for nothing
	After  string `json:"after,omitempty"`  // sha256, or empty to remove
	Kit    string `json:"kit"`              // that the path belonged to before a removal, or belongs to now
	Stage  string `json:"stage,omitempty"`  // name of the new file in the stage
	// StageIn is the folder of the stage: a volume mounted inside the target, or
	// empty for the target itself.
	StageIn string `json:"stage_in,omitempty"`

	file lockfile.TreeFile // of a new file, where it comes from
}

// staged is the path of the new file while it waits for its place.
func (op operation) staged() string { return path.Join(op.StageIn, stageName, op.Stage) }

// keptByManifest is why an edited file stays for good.
const keptByManifest = "differs from the kit's, and keep says that local edits win"

// onlyLineEnds is why a text file counts as the kit's although its digest is another.
const onlyLineEnds = "only its line ends differ from the kit's, as after a Git checkout with core.autocrlf; --force writes the kit's own"

// beforeSpecial stands for a link or special file that force replaces.
const beforeSpecial = "special"

func before(s state) string {
	switch s.kind {
	case file:
		return s.sha256
	case special:
		return beforeSpecial
	}
	return ""
}

// plan is what a sync will do.
type plan struct {
	removes, writes []operation
	changes         []Change
	kept            []Kept
	conflicts       []Conflict
	unchanged       int
	receipt         *receipt // as it stands afterwards; folders are added later
}

// planner decides about each path from the lock's tree, the receipt and what
// stands on the disk, and from nothing else.
type planner struct {
	lock   *lockfile.Lock
	tree   *lockfile.Tree
	owned  map[string]ownedFile
	states map[string]state
	force  bool
	plan
}

// paths returns every path that a plan depends on.
func paths(tree *lockfile.Tree, r *receipt) []string {
	all := make([]string, 0, len(tree.Files)+len(r.Files))
	for _, f := range tree.Files {
		all = append(all, f.Path)
	}
	for _, f := range r.Files {
		all = append(all, f.Path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// decide makes the plan.
func (p *planner) decide() {
	p.receipt = &receipt{Version: receiptVersion}
	for _, k := range p.lock.Kits {
		p.receipt.Kits = append(p.receipt.Kits, ownedKit{Name: k.Name, Version: k.Version, SHA256: k.SHA256})
	}
	wanted := make(map[string]bool, len(p.tree.Files))
	for _, f := range p.tree.Files {
		wanted[f.Path] = true
	}
	// Removals first: they make room.
	for owned, own := range p.owned {
		if !wanted[owned] {
			p.unwanted(own, p.states[owned])
		}
	}
	for _, f := range p.tree.Files {
		p.wanted(f, p.states[f.Path])
	}
	byPath := func(a, b operation) int { return strings.Compare(a.Path, b.Path) }
	slices.SortFunc(p.removes, byPath)
	slices.SortFunc(p.writes, byPath)
	slices.SortFunc(p.changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(p.kept, func(a, b Kept) int { return strings.Compare(a.Path, b.Path) })
}

// unwanted decides about a file that sync wrote and the lock does not hold.
func (p *planner) unwanted(own ownedFile, s state) {
	switch {
	case s.kind == absent, s.kind == blocked, s.kind == folder:
		return // gone, and no longer sync's
	case !s.hasTextOf(own.SHA256) && !p.force:
		p.receipt.Files = append(p.receipt.Files, own)
		p.kept = append(p.kept, Kept{Path: own.Path, Kit: own.Kit,
			Reason: "edited since it was installed, and no locked kit installs it any more"})
		return
	}
	p.removes = append(p.removes, operation{Path: own.Path, Before: before(s), Kit: own.Kit})
	p.changes = append(p.changes, Change{Remove, own.Path, own.Kit})
}

// wanted decides about a file of the lock.
func (p *planner) wanted(f lockfile.TreeFile, s state) {
	kit := p.lock.Kits[f.Kit].String()
	own, owned := p.owned[f.Path]
	after := ownedFile{Path: f.Path, Kit: kit, SHA256: f.SHA256, Keep: f.Keep}
	write := func(action Action) {
		p.writes = append(p.writes, operation{Path: f.Path, Before: before(s), After: f.SHA256, Kit: kit, file: f})
		p.changes = append(p.changes, Change{action, f.Path, kit})
		p.receipt.Files = append(p.receipt.Files, after)
	}
	keep := func(reason string) {
		if owned {
			own.Keep = f.Keep
			p.receipt.Files = append(p.receipt.Files, own)
		}
		p.kept = append(p.kept, Kept{f.Path, kit, reason, f.Keep})
	}
	switch {
	case s.is(f.SHA256), s.hasTextOf(f.SHA256) && !p.force:
		p.receipt.Files = append(p.receipt.Files, after)
		if owned {
			p.unchanged++
		} else {
			p.changes = append(p.changes, Change{Adopt, f.Path, kit})
		}
	case s.kind == absent && own.SHA256 == f.SHA256:
		write(Restore)
	case s.kind == absent, s.kind == blocked && p.makesRoom(f.Path):
		write(Add)
	case s.kind == blocked, s.kind == folder:
		p.conflicts = append(p.conflicts, Conflict{f.Path, kit, s.inWords() + "; move it away"})
	case owned && s.hasTextOf(own.SHA256):
		write(Update)
	case f.Keep:
		keep(keptByManifest)
	case p.force:
		write(Replace)
	case owned && s.kind == file:
		keep("edited since it was installed; --force replaces it")
	default:
		p.conflicts = append(p.conflicts, Conflict{f.Path, kit, s.inWords() + "; move it away, or replace it with --force"})
	}
}

// makesRoom reports whether a removal clears the file that blocks a path.
func (p *planner) makesRoom(blocked string) bool {
	return slices.ContainsFunc(p.removes, func(op operation) bool { return strings.HasPrefix(blocked, op.Path+"/") })
}
