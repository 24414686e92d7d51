package catalog

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/sanitize"
)

// Version is what a person or a model needs of one version of an integration.
// All texts are plain, on one line and of bounded length.
type Version struct {
	ID           string
	Number       string
	Name         string // often that of the kit's file
	Type         string // PRODUCT_INTEGRATION_KIT, SAML or a newer one
	ReleasedOn   string // YYYY-MM-DD; empty if the catalog does not say
	EndOfLifeOn  string // YYYY-MM-DD; empty if the catalog does not say
	WorksWith    string // Product in words, such as "PINGFEDERATE 11.3 to 13.1"
	Product      ProductRange
	ReleaseNotes string // URL
}

// VersionRow is a version as tools and commands list it.
type VersionRow struct {
	ID           string        `json:"id"`
	Number       string        `json:"number"`
	HasKit       bool          `json:"has_kit"`
	Type         string        `json:"type,omitempty"`
	ReleasedOn   string        `json:"released_on"`    // YYYY-MM-DD or "none published"
	EndOfLifeOn  string        `json:"end_of_life_on"` // YYYY-MM-DD or "none published"
	WorksWith    *ProductRange `json:"works_with,omitempty"`
	ReleaseNotes string        `json:"release_notes,omitempty"`
	Note         string        `json:"note,omitempty"` // why the dates are doubtful
}

// noDate is what a list shows for a date that the catalog does not have.
const noDate = "none published"

// Row returns v as a row of a list.
func (v Version) Row() VersionRow {
	row := VersionRow{
		ID: v.ID, Number: v.Number, HasKit: v.HasKit(), Type: v.Type,
		ReleasedOn: cmp.Or(v.ReleasedOn, noDate), EndOfLifeOn: cmp.Or(v.EndOfLifeOn, noDate),
		ReleaseNotes: v.ReleaseNotes, Note: v.doubt(),
	}
	if v.Product != (ProductRange{}) {
		row.WorksWith = &v.Product
	}
	return row
}

// Notes says what a person should know before using the version: its end of life,
// and dates that contradict each other.
func (v Version) Notes(now time.Time) []string {
	if v.EndOfLifeOn == "" {
		return nil
	}
	if doubt := v.doubt(); doubt != "" {
		return []string{"version " + v.Number + ": " + doubt}
	}
	if v.EndOfLifeOn <= now.UTC().Format(time.DateOnly) {
		return []string{"version " + v.Number + " reached its end of life on " + v.EndOfLifeOn + "; list_versions shows newer ones"}
	}
	if _, err := time.Parse(time.DateOnly, v.EndOfLifeOn); err != nil {
		return []string{"version " + v.Number + " has the end of life " + v.EndOfLifeOn + ", which may be past"}
	}
	return []string{"version " + v.Number + " reaches its end of life on " + v.EndOfLifeOn}
}

// doubt says why the dates cannot both be right, or "".
func (v Version) doubt() string {
	if v.EndOfLifeOn == "" || v.ReleasedOn <= v.EndOfLifeOn {
		return ""
	}
	return "doubtful data: the catalog says released on " + v.ReleasedOn + ", after its end of life on " + v.EndOfLifeOn
}

// ProductRange is the product that a kit works with, and its versions. An empty
// end is open.
type ProductRange struct {
	Name string `json:"product,omitempty"`
	Min  string `json:"min,omitempty"`
	Max  string `json:"max,omitempty"`
}

// String returns the range in words, or "" if there is none.
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

// Holds reports whether the product's version is in the range. A version that
// begins with Max is in it: 13.0.3 is not beyond 13.0.
func (p ProductRange) Holds(version string) bool {
	return kitversion.InRange(version, p.Min, p.Max)
}

func newVersion(from pingone.Version) Version {
	to := Version{
		ID:           versionID(from),
		Number:       sanitize.Line(from.Number, maxWord),
		Name:         sanitize.Line(from.Name, maxName),
		Type:         sanitize.Line(text(from.Type), maxWord),
		ReleasedOn:   date(from.ReleasedOn),
		EndOfLifeOn:  date(from.EndOfLifeOn),
		ReleaseNotes: webAddress(text(from.DocumentationURL)),
	}
	if product := from.IntegratedWith; product != nil {
		to.Product = ProductRange{
			Name: sanitize.Line(product.Name, maxWord),
			Min:  sanitize.Line(text(product.MinVersion), maxWord),
			Max:  sanitize.Line(text(product.MaxVersion), maxWord),
		}
	}
	to.WorksWith = to.Product.String()
	return to
}

// date returns the day of a date or a time; other text is only sanitized.
func date(s *string) string {
	clean := sanitize.Line(text(s), maxWord)
	if len(clean) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, clean[:len(time.DateOnly)]); err == nil {
			return clean[:len(time.DateOnly)]
		}
	}
	return clean
}

// webAddress returns s if it is the URL of a page and short enough to show.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(s) > maxDescription || sanitize.Line(s, 0) != s {
		return ""
	}
	return s
}

// versionID returns the ID, which the reference does not promise, or else the
// last segment of the version's link to itself.
func versionID(v pingone.Version) string {
	if connect.CheckID(text(v.ID)) == nil {
		return *v.ID
	}
	if v.Links == nil || v.Links.Self == nil || v.Links.Self.Href == "" {
		return ""
	}
	if id := path.Base(v.Links.Self.Href); connect.CheckID(id) == nil {
		return id
	}
	return ""
}

// HasKit reports whether the version may have a kit to download. Versions of type
// SAML have none. For types that are not known yet, only a download tells.
func (v Version) HasKit() bool { return !strings.EqualFold(v.Type, pingone.VersionTypeSAML) }

// Newest sorts versions in place, newest first, by their number. Versions of one
// number are ordered by their date of release and then by ID.
func Newest(versions []Version) {
	slices.SortStableFunc(versions, func(a, b Version) int {
		return cmp.Or(
			kitversion.Compare(b.Number, a.Number),
			strings.Compare(b.ReleasedOn, a.ReleasedOn),
			strings.Compare(a.ID, b.ID),
		)
	})
}

// Versions returns all versions of an integration, newest first.
func (c *Catalog) Versions(ctx context.Context, environment, integrationID string) ([]Version, error) {
	if err := connect.CheckID(integrationID); err != nil {
		return nil, fmt.Errorf("the integration's ID %w", err)
	}
	r, err := c.reader(ctx, environment)
	if err != nil {
		return nil, err
	}
	list, err := r.versions(integrationID).all(ctx)
	return newVersions(list), err
}

// newVersions returns the versions of a list, newest first.
func newVersions(list []pingone.Version) []Version {
	versions := make([]Version, 0, len(list))
	seen := map[string]bool{"": true}
	for _, from := range list {
		version := newVersion(from)
		if version.ID == "" && version.Number == "" {
			continue // nothing can name it
		}
		// A list that grows between two pages shows a version on both.
		if version.ID != "" && seen[version.ID] {
			continue
		}
		seen[version.ID] = true
		versions = append(versions, version)
	}
	Newest(versions)
	return versions
}

// VersionQuery says which versions of an integration to list.
type VersionQuery struct {
	Environment    string // ID or name; "" is the default
	IntegrationID  string
	ProductVersion string // only versions that may work with it, such as "12.1" or "PingFederate 12.1"; "" is all
	Limit          int    // at most MaxLimit; 0 is DefaultLimit
	Cursor         string // NextCursor of the previous page; "" is the first page
}

// VersionPage is one page of the versions of an integration, newest first.
type VersionPage struct {
	Versions   []VersionRow `json:"versions"` // never nil
	NextCursor string       `json:"next_cursor,omitempty"`
}

// VersionPage returns one page of versions. Versions for which the catalog names
// no product may work with any. A cursor of another list is [ErrCursor]. PingOne
// does not sort, so each page reads the whole list.
func (c *Catalog) VersionPage(ctx context.Context, q VersionQuery) (VersionPage, error) {
	list := listKey("versions", q.IntegrationID, q.ProductVersion)
	at, err := decodeCursor(q.Cursor, list)
	if err != nil {
		return VersionPage{}, err
	}
	versions, err := c.Versions(ctx, q.Environment, q.IntegrationID)
	if err != nil {
		return VersionPage{}, err
	}
	versions = where(versions, func(v Version) bool { return v.worksWith(q.ProductVersion) })
	start := min(at.Offset, len(versions))
	end := min(start+pageLimit(q.Limit), len(versions))
	page := VersionPage{Versions: []VersionRow{}}
	for _, v := range versions[start:end] {
		page.Versions = append(page.Versions, v.Row())
	}
	if end < len(versions) {
		page.NextCursor = position{Offset: end}.encode(list)
	}
	return page, nil
}

// worksWith reports whether the version may work with a version of a product, such
// as "12.1" or "PingFederate 12.1".
func (v Version) worksWith(product string) bool {
	product = strings.TrimSpace(product)
	name, number := "", product
	if i := strings.LastIndexAny(product, " /@"); i >= 0 {
		name, number = product[:i], product[i+1:]
	}
	if name != "" && v.Product.Name != "" && letters(name) != letters(v.Product.Name) {
		return false
	}
	return number == "" || v.Product.Holds(number)
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
