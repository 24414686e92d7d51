package kitzip

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// Errors to test for with [errors.Is].
var (
	// ErrNotZip means that a file is no zip archive at all; the error is a [*NotZipError].
	ErrNotZip = errors.New("not a zip archive")
	// ErrUnsafe means that an archive was refused; the error is an [*UnsafeError].
	ErrUnsafe = errors.New("unsafe archive")
	// ErrDamaged means that contents do not match their checksums, cannot be
	// inflated, or changed between two readings.
	ErrDamaged = errors.New("damaged archive")
	// ErrIntegrity means that bytes are not the kit, or not the file of a kit, that was
	// promised: a digest or a size differs.
	ErrIntegrity = errors.New("integrity")
	// ErrUnplaced means that files have no place; the error is an [*UnplacedError].
	ErrUnplaced = errors.New("files without a place")
	// ErrConflict means that two files would stand at one place; the error is a [*ConflictError].
	ErrConflict = errors.New("two files at one place")
	// ErrRule means that an exclude pattern or a rule cannot be used; the error is a [*RuleError].
	ErrRule = errors.New("unusable rule")
	// ErrNotText means that an entry is not text that can be shown.
	ErrNotText = errors.New("not text")
)

// NotZipError says that a file is not a zip archive, and what it seems to be.
type NotZipError struct {
	Seems string // such as `a web page ("Sign in")`; one clean line
}

func (e *NotZipError) Error() string {
	return "not a zip archive: it seems to be " + e.Seems
}

// Is makes [ErrNotZip] match.
func (e *NotZipError) Is(target error) bool { return target == ErrNotZip }

// Reason says why an archive was refused.
type Reason string

// The reasons for refusing an archive.
const (
	ReasonPath      Reason = "path"      // absolute, with .., a drive letter, a backslash, …
	ReasonName      Reason = "name"      // control characters, reserved names, too long, …
	ReasonType      Reason = "type"      // a link, a device, a socket, …
	ReasonDuplicate Reason = "duplicate" // two entries at one place, also by case
	ReasonDisputed  Reason = "disputed"  // its headers give it two names, checksums or sizes
	ReasonEncrypted Reason = "encrypted"
	ReasonMethod    Reason = "method"    // neither stored nor deflated
	ReasonStructure Reason = "structure" // its parts overlap, leave gaps or contradict each other
	ReasonEntries   Reason = "entries"   // more than MaxEntries
	ReasonSize      Reason = "size"      // more than MaxBytes, or more than was announced
	ReasonRatio     Reason = "ratio"     // inflates more than MaxRatio times
)

// UnsafeError says why an archive was refused.
type UnsafeError struct {
	Reason Reason
	Entry  string // as it stands in the archive, unclean; empty if it is about the archive as a whole
	Detail string
}

func (e *UnsafeError) Error() string {
	if e.Entry == "" {
		return "unsafe archive, nothing of it was unpacked: " + e.Detail
	}
	return fmt.Sprintf("unsafe archive, nothing of it was unpacked: entry %s %s", quote(e.Entry), e.Detail)
}

// hostile reports whether the entry condemns the whole archive: it would harm
// people who unpack the archive with another program. Other entries matter only
// where their files are wanted.
func (e *UnsafeError) hostile() bool {
	return e.Reason == ReasonPath || e.Reason == ReasonType || e.Reason == ReasonStructure || e.Reason == ReasonEntries
}

// Is makes [ErrUnsafe] match.
func (e *UnsafeError) Is(target error) bool { return target == ErrUnsafe }

// quote shows a name that may hold anything.
func quote(name string) string {
	const most = 120
	quoted := fmt.Sprintf("%q", name)
	if len(quoted) > most+2 {
		quoted = sanitize.Line(quoted, most) + `"`
	}
	return quoted
}

// UnplacedError names the files of an archive that no rule places.
type UnplacedError struct {
	Layout Layout
	Files  []string // below the archive's top folder, sorted
}

func (e *UnplacedError) Error() string {
	const most = 20
	named := e.Files
	rest := ""
	if len(named) > most {
		rest = fmt.Sprintf(" and %d more", len(named)-most)
		named = named[:most]
	}
	return fmt.Sprintf("no rule places %d of the kit's files: %s%s; say in kits.yaml, at this kit, where they go, such as "+
		"files: [{from: %q, to: \"server/default/deploy/\"}], or leave them out: exclude: [%s]",
		len(e.Files), strings.Join(named, ", "), rest, e.patterns()[0], quoteAll(e.patterns()))
}

// Is makes [ErrUnplaced] match.
func (e *UnplacedError) Is(target error) bool { return target == ErrUnplaced }

// patterns are globs that match the files: one for each folder, as few as say it.
func (e *UnplacedError) patterns() []string {
	const most = 5
	var patterns []string
	literal := strings.NewReplacer("[", "?", "]", "?", "{", "?", "}", "?") // what has a meaning in patterns
	for _, file := range e.Files {
		file = literal.Replace(file)
		pattern := file
		if i := strings.LastIndexByte(file, '/'); i >= 0 {
			pattern = file[:i] + "/*"
		}
		if !slices.Contains(patterns, pattern) {
			patterns = append(patterns, pattern)
		}
		if len(patterns) > most {
			return []string{"**"}
		}
	}
	return patterns
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return strings.Join(quoted, ", ")
}

// ConflictError says that two files would stand at one place, or one below the
// other. Names that differ by case only count as one.
type ConflictError struct {
	To   [2]string
	From [2]string
}

func (e *ConflictError) Error() string {
	if e.To[0] == e.To[1] {
		return fmt.Sprintf("%s and %s would both become %s; exclude one of them in kits.yaml", e.From[0], e.From[1], e.To[0])
	}
	return fmt.Sprintf("%s would become %s and %s would become %s, which cannot stand side by side; exclude one of them in kits.yaml",
		e.From[0], e.To[0], e.From[1], e.To[1])
}

// Is makes [ErrConflict] match.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// RuleError says why an exclude pattern or a rule cannot be used.
type RuleError struct {
	Rule   string // the pattern or destination, as it was given
	Detail string
}

func (e *RuleError) Error() string { return fmt.Sprintf("%s %s", quote(e.Rule), e.Detail) }

// Is makes [ErrRule] match.
func (e *RuleError) Is(target error) bool { return target == ErrRule }
