package lock

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"pingkit/internal/kit"
)

// maxPath bounds a path or pattern in bytes.
const maxPath = 1024

// CheckPath refuses what is not the plain relative path of a file, safe on every
// system, in the same words for archives, locks and receipts.
func CheckPath(p string) error {
	if strings.HasSuffix(p, "/") {
		return fmt.Errorf("the path %q is that of a folder", p)
	}
	err := kit.CheckEntryName(p)
	if unsafe, ok := errors.AsType[*kit.UnsafeError](err); ok {
		return fmt.Errorf("the path %q %s", p, unsafe.Detail)
	}
	return err
}

// checkGlob refuses patterns that cannot match a path inside an archive or a
// product.
func checkGlob(pattern string) error {
	switch {
	case len(pattern) > maxPath:
		return fmt.Errorf("the pattern is longer than %d bytes", maxPath)
	case !doublestar.ValidatePattern(pattern):
		return fmt.Errorf("%q is not a pattern; use * within a folder, ** across folders, {a,b} and [a-z]", pattern)
	case strings.HasPrefix(pattern, "/") || strings.Contains(pattern, `\`):
		return fmt.Errorf("the pattern %q must be relative, with forward slashes", pattern)
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(pattern, "/"), "/") {
		if part == ".." || part == "." || part == "" {
			return fmt.Errorf("the pattern %q has an empty part, . or .. in it", pattern)
		}
	}
	return nil
}

// checkDestination refuses a "to" that leads out of the product root. A folder
// ends in a slash.
func checkDestination(to string) error {
	if path.Clean(to) == "." {
		return fmt.Errorf("%q is the product root itself; name a folder in it, such as server/default/deploy/", to)
	}
	return CheckPath(strings.TrimSuffix(to, "/"))
}
