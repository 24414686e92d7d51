package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/match"
)

// KitID identifies one kit: a version of an integration, in the catalog of an
// environment.
type KitID struct {
	EnvironmentID string `json:"-"`
	Integration   string `json:"integration"` // its name, for people and for the name of the file
	IntegrationID string `json:"integration_id"`
	Version       string `json:"version"` // its number
	VersionID     string `json:"version_id"`
}

func (k KitID) String() string { return k.Integration + " " + k.Version }

// Choose returns the kit of an environment, an integration (IDs or names, as
// EnvironmentID and Integration take them) and a version (as Select takes it),
// and what the catalog says of the version. Its errors are theirs.
func (c *Catalog) Choose(ctx context.Context, environment, integration, version string) (KitID, Version, error) {
	environmentID, err := c.EnvironmentID(ctx, environment)
	if err != nil {
		return KitID{}, Version{}, err
	}
	found, err := c.Integration(ctx, environmentID, integration)
	if err != nil {
		return KitID{}, Version{}, err
	}
	versions, err := c.Versions(ctx, environmentID, found.ID)
	if err != nil {
		return KitID{}, Version{}, err
	}
	chosen, err := Select(versions, version)
	if err != nil {
		return KitID{}, Version{}, err
	}
	return KitID{
		EnvironmentID: environmentID, IntegrationID: found.ID, VersionID: chosen.ID,
		Integration: found.Name, Version: chosen.Number,
	}, chosen, nil
}

// NoKitError says that a version has no kit to download.
type NoKitError struct {
	Version string // the version's number, or "" for any
	Type    string // the version's type, such as SAML
}

func (e *NoKitError) Error() string {
	if e.Version == "" {
		return "no version of this integration has a kit to download"
	}
	return fmt.Sprintf("version %s is of type %s and has no kit to download", e.Version, e.Type)
}

// Select returns the version to download for want: an ID, a number in any
// spelling, "latest" or "" for the highest number that has a kit, or a constraint
// as in [kitversion.ParseConstraint] for the highest number with a kit that satisfies it.
//
// The error is a [*NoKitError], a [*kitversion.ConstraintError], a [*match.NotFoundError]
// or, if several kits have the number, a [*match.AmbiguousError].
func Select(versions []Version, want string) (Version, error) {
	want = strings.TrimSpace(want)
	if want == "" {
		want = "latest"
	}
	for _, matches := range []func(Version) bool{
		func(v Version) bool { return v.ID == want },
		func(v Version) bool { return v.Number == want },
		func(v Version) bool { return kitversion.Same(v.Number, want) },
	} {
		hits := where(versions, matches)
		if len(hits) > 0 {
			return sole(hits, want)
		}
	}
	missing := &match.NotFoundError{Kind: "version", Want: want, Nearest: newestNumbers(versions)}
	constraint, err := kitversion.ParseConstraint(want)
	switch {
	case err != nil && resemblesID(want):
		return Version{}, missing
	case err != nil:
		return Version{}, err
	}
	kits := where(versions, Version.HasKit)
	if len(kits) == 0 && len(versions) > 0 {
		return Version{}, &NoKitError{}
	}
	Newest(kits)
	for _, kit := range kits {
		if constraint.Allows(kit.Number) {
			return kit, nil
		}
	}
	return Version{}, missing
}

// sole returns the one of several versions of the same number that has a kit.
func sole(hits []Version, want string) (Version, error) {
	kits := where(hits, Version.HasKit)
	switch len(kits) {
	case 0:
		return Version{}, &NoKitError{Version: hits[0].Number, Type: hits[0].Type}
	case 1:
		return kits[0], nil
	}
	candidates := make([]match.Names, len(kits))
	for i, kit := range kits {
		candidates[i] = match.Names{ID: kit.ID, Name: kit.Number, Detail: kit.detail()}
	}
	return Version{}, &match.AmbiguousError{Kind: "version", Want: want, Candidates: candidates}
}

// detail tells versions of the same number apart.
func (v Version) detail() string {
	detail := "released on " + cmp.Or(v.ReleasedOn, noDate)
	if v.WorksWith != "" {
		detail += ", works with " + v.WorksWith
	}
	return detail
}

// newestNumbers returns the highest numbers, to choose from.
func newestNumbers(versions []Version) []string {
	const shown = 10
	sorted := slices.Clone(versions)
	Newest(sorted)
	var numbers []string
	for _, v := range sorted[:min(shown, len(sorted))] {
		numbers = append(numbers, v.Number)
	}
	return numbers
}
