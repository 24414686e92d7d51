package kitzip

import (
	"context"
	"fmt"
	"io"
	"io/fs"
)

// Copier inflates single files of an archive, for a caller who knows the digest
// of each and so needs nothing verified beforehand. All that one Copier inflates
// counts together against the limits of the archive. It is not for concurrent use.
type Copier struct {
	archive  *Archive
	inflater *inflater
}

// Copier returns a Copier of the archive.
func (a *Archive) Copier() *Copier { return &Copier{a, a.inflater()} }

// Copy writes the file at path to w and returns its size and its SHA-256 in
// lower-case hexadecimal. The error is [fs.ErrNotExist], one of [Archive.Verify],
// or that of w; w has got a part of the file by then.
func (c *Copier) Copy(ctx context.Context, w io.Writer, path string) (size int64, sum string, err error) {
	entry := c.archive.entries[path]
	if bad := c.archive.unfitAt(path); bad.err != nil {
		return 0, "", bad.err
	}
	if entry == nil {
		return 0, "", fmt.Errorf("entry %s: %w", quote(path), fs.ErrNotExist)
	}
	return c.inflater.copy(ctx, w, entry)
}
