package catalog

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// Version is what a person or a model needs of one version of an integration.
// All texts are plain, on one line and of bounded length.
type Version struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	Type        string `json:"type,omitempty"`           // PRODUCT_INTEGRATION_KIT, SAML or a newer one
	ReleasedOn  string `json:"released_on,omitempty"`    // YYYY-MM-DD
	EndOfLifeOn string `json:"end_of_life_on,omitempty"` // YYYY-MM-DD
	WorksWith   string `json:"works_with,omitempty"`     // such as "PINGFEDERATE 11.3 to 13.1"

	Name    string       `json:"-"` // such as the name of the kit's file
	Product ProductRange `json:"-"` // WorksWith in parts
}

// ProductRange is the product that a kit works with, and the versions of it. An
// empty end is open.
type ProductRange struct {
	Name, Min, Max string
}

// String returns the range in words, or "" where there is none.
func (p ProductRange) String() string {
	switch {
	case p.Min != "" && p.Max != "":
		return strings.TrimSpace(p.Name + " " + p.Min + " to " + p.Max)
	case p.Min != "":
		return strings.TrimSpace(p.Name + " " + p.Min + " and later")
	case p.Max != "":
		return strings.TrimSpace(p.Name + " up to " + p.Max)
	default:
		return p.Name
	}
}

// Holds reports whether the product's version is in the range. Every version
// that begins with Max is still in it: 13.0.3 is not beyond 13.0.
func (p ProductRange) Holds(version string) bool {
	return kitversion.InRange(version, p.Min, p.Max)
}

func newVersion(from givenVersion) Version {
	product := from.IntegratedWith
	to := Version{
		ID:          versionID(from),
		Number:      sanitize.Line(from.Number, maxWord),
		Name:        sanitize.Line(from.Name, maxName),
		Type:        sanitize.Line(from.Type, maxWord),
		ReleasedOn:  sanitize.Line(from.ReleasedOn, maxWord),
		EndOfLifeOn: sanitize.Line(from.EndOfLifeOn, maxWord),
		Product: ProductRange{
			Name: sanitize.Line(product.Name, maxWord),
			Min:  sanitize.Line(product.MinVersion, maxWord),
			Max:  sanitize.Line(product.MaxVersion, maxWord),
		},
	}
	to.WorksWith = to.Product.String()
	return to
}

// versionID returns the id, which the reference does not promise, or else the
// last part of the link to the version itself.
func versionID(v givenVersion) string {
	if connect.CheckID(v.ID) == nil {
		return v.ID
	}
	if base := path.Base(v.Links.Self.Href); v.Links.Self.Href != "" && connect.CheckID(base) == nil {
		return base
	}
	return ""
}

// HasKit reports whether the version may have a kit to download. Versions of
// type SAML have none; of a type that is not known yet only PingOne can tell.
func (v Version) HasKit() bool { return !strings.EqualFold(v.Type, pingone.VersionTypeSAML) }

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

// Newest sorts versions in place, newest first, by their number. Versions of
// one number are ordered by their date of release and then by id.
func Newest(versions []Version) {
	slices.SortStableFunc(versions, func(a, b Version) int {
		return cmp.Or(
			kitversion.Compare(b.Number, a.Number),
			strings.Compare(b.ReleasedOn, a.ReleasedOn),
			strings.Compare(a.ID, b.ID),
		)
	})
}

// Select returns the version that want names, for a download: an id, a number
// in any spelling, "latest" (also "") for the highest number that has a kit, or
// a constraint as in [kitversion.ParseConstraint] for the highest one that satisfies it.
//
// The error is a [*NoKitError], a [*kitversion.ConstraintError], a [*lookup.NotFoundError]
// or, if several kits bear the number, a [*lookup.AmbiguousError].
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
		candidates[i] = match.Names{ID: kit.ID, Name: kit.Number}
	}
	return Version{}, &match.AmbiguousError{Kind: "version", Want: want, Candidates: candidates}
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

func where(versions []Version, wanted func(Version) bool) []Version {
	var hits []Version
	for _, v := range versions {
		if wanted(v) {
			hits = append(hits, v)
		}
	}
	return hits
}
