package lockfile

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"example.com/pingkit/internal/kitzip"
)

// CheckPath refuses what is not the plain relative path of a file, safe on every
// system, in the same words for archives, locks and receipts.
func CheckPath(p string) error {
	if strings.HasSuffix(p, "/") {
		return fmt.Errorf("the path %q is that of a folder", p)
	}
	err := kitzip.CheckEntryName(p)
	if unsafe, ok := errors.AsType[*kitzip.UnsafeError](err); ok {
		return fmt.Errorf("the path %q %s", p, unsafe.Detail)
	}
	return err
}

// checkDestination refuses a "to" that leads out of the product root. A folder
// ends in a slash.
func checkDestination(to string) error {
	if path.Clean(to) == "." {
		return fmt.Errorf("%q is the product root itself; name a folder in it, such as server/default/deploy/", to)
	}
	return CheckPath(strings.TrimSuffix(to, "/"))
}
