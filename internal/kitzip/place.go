package kitzip

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Rule sends the files that match From to the place To.
type Rule struct {
	// From is a glob (github.com/bmatcuk/doublestar) over paths below the
	// archive's top folder, such as dist/*.jar, or over whole paths.
	From string `json:"from"`
	// To is a place below the product's root. A folder ends in a slash; files
	// keep there the part of their path that the glob's wildcards matched. A
	// place without a slash at its end is that of one file, and From has no
	// wildcards then.
	To string `json:"to"`
}

// PingFederate is the product whose kits are placed by their layout.
const PingFederate = "pingfederate"

// PlaceOptions says what is known of a kit besides its contents.
type PlaceOptions struct {
	// Product is what the kit is installed into: PingFederate, which is also
	// meant by "". Files for another product are placed by rules only.
	Product string
	// Exclude lists globs, like those of a Rule, of files and folders that are not
	// installed. They come before the rules.
	Exclude []string
	// Rules come before what is known of layouts, and the first that matches counts.
	Rules []Rule
}

// Placement says what becomes of each file of an archive.
type Placement struct {
	Files   []Placed  // sorted by From
	Skipped []Skipped // sorted by Path
	Unused  []Rule    // rules that matched nothing: perhaps misspelt
}

// Placed is a file and its place.
type Placed struct {
	From string `json:"from"` // whole path in the archive
	To   string `json:"to"`   // below the product's root, such as server/default/deploy/x.jar
	Size int64  `json:"size"` // in bytes
}

// Skipped is a file that is not installed.
type Skipped struct {
	Path   string `json:"path"`   // whole path in the archive
	Reason string `json:"reason"` // such as sample, documentation, excluded
}

// Place says where each file belongs: by Exclude, then by Rules, then by the
// archive's layout. Files without a place are an [*UnplacedError], two files at
// one place a [*ConflictError], an option that cannot be used is a
// [*RuleError]. With the first two the placement holds what could be placed. A
// file that is wanted and unfit is an [*UnsafeError] or [ErrDamaged].
func (a *Archive) Place(opts PlaceOptions) (Placement, error) {
	if err := opts.check(); err != nil {
		return Placement{}, err
	}
	if err := a.checkNeeded(opts); err != nil {
		return Placement{}, err
	}
	var p Placement
	var unplaced []string
	used := make([]bool, len(opts.Rules))
	for _, file := range a.fit() {
		to, reason := a.place(file.Path, opts, used)
		switch {
		case reason != "":
			p.Skipped = append(p.Skipped, Skipped{file.Path, reason})
		case to == "":
			name, _ := a.below(file.Path)
			unplaced = append(unplaced, name)
		default:
			p.Files = append(p.Files, Placed{file.Path, to, file.Size})
		}
	}
	for _, path := range a.unfitPaths() {
		p.Skipped = append(p.Skipped, Skipped{path, "cannot be unpacked safely"})
	}
	slices.SortStableFunc(p.Skipped, func(x, y Skipped) int { return strings.Compare(x.Path, y.Path) })
	for i, rule := range opts.Rules {
		if !used[i] {
			p.Unused = append(p.Unused, rule)
		}
	}
	if len(unplaced) > 0 {
		return p, &UnplacedError{Layout: a.layout, Files: unplaced}
	}
	return p, checkPlaces(p.Files)
}

// checkNeeded refuses an archive where a file that opts want, or that has no place
// and so must be judged by a person, is unfit or stands where another one does.
func (a *Archive) checkNeeded(opts PlaceOptions) error {
	unused := make([]bool, len(opts.Rules))
	needed := func(path string) bool {
		_, skipped := a.place(path, opts, unused)
		return skipped == ""
	}
	for _, path := range a.unfitPaths() {
		bad := a.unfitAt(path)
		if needed(path) || bad.other != "" && needed(bad.other) {
			return bad.err
		}
	}
	places := newOccupied(len(a.files))
	for _, file := range a.fit() {
		if !needed(file.Path) {
			continue
		}
		if other, ok := places.file(file.Path); !ok {
			return besides(file.Path, other)
		}
	}
	for _, folder := range a.folders {
		if other, ok := places.folder(folder); !ok {
			return besides(folder+"/", other)
		}
	}
	return nil
}

func besides(path, other string) error {
	return &UnsafeError{Reason: ReasonDuplicate, Entry: path, Detail: "stands at the place of " + quote(other)}
}

// unfitAt returns the unfit entry at a path; without an error there is none.
func (a *Archive) unfitAt(path string) unfit {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.unfit[path]
}

// unfitPaths lists the unfit entries, sorted.
func (a *Archive) unfitPaths() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.unfit))
}

// fit lists the files that can be written, sorted.
func (a *Archive) fit() []File {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(a.files), func(f File) bool { return a.unfit[f.Path].err != nil })
}

// place says where one file belongs, or why it is not installed, or neither.
func (a *Archive) place(whole string, opts PlaceOptions, used []bool) (to, skip string) {
	name, inside := a.below(whole)
	for _, pattern := range opts.Exclude {
		pattern = strings.TrimSuffix(pattern, "/")
		for _, candidate := range []string{name, whole} {
			if doublestar.MatchUnvalidated(pattern, candidate) || doublestar.MatchUnvalidated(pattern+"/**", candidate) {
				return "", "excluded"
			}
		}
	}
	for i, rule := range opts.Rules {
		for _, candidate := range []string{name, whole} {
			if doublestar.MatchUnvalidated(rule.From, candidate) {
				used[i] = true
				return rule.destination(candidate), ""
			}
		}
	}
	if a.isPaper(whole) {
		if reason := notInstalled(name); reason != "" {
			return "", reason
		}
		return "", "not installed"
	}
	if !inside || opts.Product != "" && opts.Product != PingFederate {
		return "", ""
	}
	return a.layout.place(name), ""
}

// destination is where the rule sends a file that it matches.
func (r Rule) destination(name string) string {
	if !strings.HasSuffix(r.To, "/") {
		return r.To
	}
	fixed, _ := doublestar.SplitPattern(r.From)
	return path.Join(r.To, strings.TrimPrefix(name, strings.TrimSuffix(fixed, "/")+"/"))
}

func (o PlaceOptions) check() error {
	for _, pattern := range o.Exclude {
		if err := CheckPattern(pattern); err != nil {
			return err
		}
	}
	for _, rule := range o.Rules {
		if err := CheckPattern(rule.From); err != nil {
			return err
		}
		if CheckEntryName(rule.To) != nil {
			return &RuleError{rule.To, `is not a place below the product's root, such as "server/default/deploy/"`}
		}
		if hasWildcard(rule.From) && !strings.HasSuffix(rule.To, "/") {
			return &RuleError{rule.To, "takes the files of a pattern and so must be a folder: write a slash at its end"}
		}
	}
	return nil
}

// CheckPattern refuses a glob that can match no path of an archive or a product.
// It may end in one slash. The error is a [*RuleError].
func CheckPattern(pattern string) error {
	switch {
	case len(pattern) > maxName:
		return &RuleError{pattern, fmt.Sprintf("is a pattern of more than %d bytes", maxName)}
	case !doublestar.ValidatePattern(pattern):
		return &RuleError{pattern, "is not a pattern; use * within a folder, ** across folders, {a,b} and [a-z]"}
	case strings.HasPrefix(pattern, "/") || strings.Contains(pattern, `\`):
		return &RuleError{pattern, "is not a relative pattern with forward slashes"}
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(pattern, "/"), "/") {
		if part == ".." || part == "." || part == "" {
			return &RuleError{pattern, "is a pattern with an empty part, . or .. in it"}
		}
	}
	return nil
}

func hasWildcard(pattern string) bool { return strings.ContainsAny(pattern, "*?[{") }

// checkPlaces refuses files that cannot all stand at their places.
func checkPlaces(files []Placed) error {
	places := newOccupied(len(files))
	from := make(map[string]string, len(files))
	for _, file := range files {
		if other, ok := places.file(file.To); !ok {
			return &ConflictError{To: [2]string{other, file.To}, From: [2]string{from[other], file.From}}
		}
		from[file.To] = file.From
	}
	return nil
}
