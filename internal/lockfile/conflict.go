package lockfile

import "strings"

// ConflictError says that kits cannot be installed side by side.
type ConflictError struct {
	Conflicts []string // each in words, with the kits
}

func (e *ConflictError) Error() string {
	return "the kits cannot be installed together:\n  " + strings.Join(e.Conflicts, "\n  ")
}
