package download

import (
	"context"
	"io"

	"example.com/pingkit/internal/kitzip"
)

// Contents describes an archive that was read as a whole.
type Contents struct {
	Layout  kitzip.Layout
	Files   int
	Jars    []kitzip.Jar
	digests kitzip.Digests
	size    int64 // unpacked
}

// describe verifies every file of an archive and describes the archive. The error
// is [kitzip.ErrUnsafe], [kitzip.ErrDamaged], [kitzip.ErrNotZip], or that of ctx.
func describe(ctx context.Context, content io.ReaderAt, size int64) (*Contents, error) {
	archive, err := kitzip.OpenReader(content, size)
	if err != nil {
		return nil, err
	}
	digests, err := archive.Verify(ctx)
	if err != nil {
		return nil, err
	}
	summary, err := archive.Summary(kitzip.PlaceOptions{})
	if err != nil {
		return nil, err
	}
	return &Contents{Layout: summary.Layout, Files: summary.Files, Jars: summary.Jars, digests: digests, size: summary.Bytes}, nil
}
