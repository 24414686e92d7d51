package catalog

import (
	"context"
	"fmt"
	"slices"

	"example.com/pingkit/connect"
)

// VersionPage is one page of the versions of an integration, newest first.
type VersionPage struct {
	Versions   []Version `json:"versions"`
	NextCursor string    `json:"next_cursor,omitempty"` // "" on the last page
}

// Versions returns all versions of an integration, newest first.
func (c *Catalog) Versions(ctx context.Context, environment, integrationID string) ([]Version, error) {
	if err := connect.CheckID(integrationID); err != nil {
		return nil, fmt.Errorf("the integration's id %w", err)
	}
	where, err := c.in(ctx, environment)
	if err != nil {
		return nil, err
	}
	versions, err := share(ctx, c.shared, keyOf("versions", where.environment, integrationID), func(ctx context.Context) ([]Version, int64, error) {
		list, size, err := where.versions(integrationID).all(ctx)
		return newVersions(list), size, err
	})
	return slices.Clone(versions), err
}

// newVersions returns the versions of a list, newest first.
func newVersions(list []givenVersion) []Version {
	versions := make([]Version, 0, len(list))
	seen := map[string]bool{}
	for _, from := range list {
		version := newVersion(from)
		if version.ID == "" && version.Number == "" {
			continue // nobody could name it
		}
		// A list that grows while it is read shows an item on two pages.
		if version.ID != "" && seen[version.ID] {
			continue
		}
		seen[version.ID] = true
		versions = append(versions, version)
	}
	Newest(versions)
	return versions
}

// VersionPage returns one page of at most limit versions (0: DefaultLimit, at
// most MaxLimit), newest first. A cursor of another list is [ErrCursor]. As the
// order is ours, each page reads all of PingOne's.
func (c *Catalog) VersionPage(ctx context.Context, environment, integrationID string, limit int, cursor string) (VersionPage, error) {
	list := keyOf("versions", integrationID)
	at, err := decodeCursor(cursor, list)
	if err != nil {
		return VersionPage{}, err
	}
	versions, err := c.Versions(ctx, environment, integrationID)
	if err != nil {
		return VersionPage{}, err
	}
	start := min(at.Offset, len(versions))
	end := min(start+pageLimit(limit), len(versions))
	page := VersionPage{Versions: versions[start:end]}
	if end < len(versions) {
		page.NextCursor = position{Offset: end}.encode(list)
	}
	return page, nil
}
