package catalog

import (
	"context"
	"errors"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// Lengths in characters to which texts of the catalog are cut. Third parties
// write them; people, models and logs read them.
const (
	maxName        = 120
	maxWord        = 60
	maxDescription = 200
	maxWords       = 20
)

// Integration is what a person or a model needs of one integration. All texts
// are plain, on one line and of bounded length.
type Integration struct {
	ID               string   `json:"id"`
	Name             string   `json:"name"`
	Publisher        string   `json:"publisher,omitempty"`
	Products         []string `json:"products,omitempty"`           // Ping products, such as PINGFEDERATE
	Tags             []string `json:"tags,omitempty"`               // such as MFA
	LatestKitVersion string   `json:"latest_kit_version,omitempty"` // empty: no version has a kit, or the response does not tell
	EndOfLife        string   `json:"end_of_life,omitempty"`        // of that version, YYYY-MM-DD
	Description      string   `json:"description,omitempty"`        // only with Query.Details; at most 200 characters
}

func newIntegration(from pingone.Integration) Integration {
	to := Integration{
		ID:          from.ID,
		Name:        sanitize.Line(from.Name, maxName),
		Publisher:   sanitize.Line(from.Publisher, maxName),
		Products:    sanitizeWords(from.PingProductNames),
		Tags:        sanitizeWords(from.Tags),
		Description: sanitize.FromHTML(text(from.Description), maxDescription),
	}
	if latest, ok := from.LatestVersion(); ok {
		to.setLatest(newVersion(latest))
	}
	return to
}

// setLatest takes over the latest version if it has a kit.
func (i *Integration) setLatest(v Version) {
	if v.HasKit() {
		i.LatestKitVersion, i.EndOfLife = v.Number, v.EndOfLifeOn
	}
}

// sanitizeWords sanitizes short words such as tags and drops the empty ones.
func sanitizeWords(words []string) []string {
	var clean []string
	for _, word := range words[:min(len(words), maxWords)] {
		if word = sanitize.Line(word, maxWord); word != "" {
			clean = append(clean, word)
		}
	}
	return clean
}

// text is the text of an optional field of the API.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

const kindIntegration = "integration"

// Integration returns the integration with this ID or name: the exact ID, else
// the exact name ignoring case, else the only name that contains the text. The
// name of a kit's file, such as pf-pingid-integration-kit, counts as a name. A
// name takes one request, and so does text in the form of an ID.
//
// The error is a [*match.NotFoundError], a [*match.AmbiguousError] or that of the
// request.
func (c *Catalog) Integration(ctx context.Context, environment, idOrName string) (Integration, error) {
	want := sanitize.Line(idOrName, maxText)
	if want == "" {
		return Integration{}, &match.NotFoundError{Kind: kindIntegration}
	}
	r, err := c.reader(ctx, environment)
	if err != nil {
		return Integration{}, err
	}
	if resemblesID(want) {
		if found, err := r.integration(ctx, want); err == nil || !absent(err) {
			return found, err
		}
	}
	found, err := r.named(ctx, want, criteria{words: searchTerms(want)}.scim())
	_, notFound := errors.AsType[*match.NotFoundError](err)
	if !refused(err) && (!notFound || resemblesID(want)) {
		return found, err
	}
	again, unfiltered := r.findUnfiltered(ctx, want)
	if notFound && errors.Is(unfiltered, ErrPaging) {
		return found, err // the catalog is too large to read as a whole
	}
	return again, unfiltered
}

// findUnfiltered finds what a filter does not: IDs of another form, and names
// that only our comparison finds. It also knows the nearest names.
func (r reader) findUnfiltered(ctx context.Context, want string) (Integration, error) {
	if !resemblesID(want) && !strings.Contains(want, " ") && connect.CheckID(want) == nil {
		if found, err := r.integration(ctx, want); err == nil || !absent(err) {
			return found, err
		}
	}
	return r.named(ctx, want, "")
}

var errNoIntegration = errors.New("the response of PingOne holds no integration")

// integration reads the integration with this ID.
func (r reader) integration(ctx context.Context, id string) (Integration, error) {
	expand := pingone.ExpandLatestVersion
	found, err := connect.JSON[pingone.Integration](r.api.GetIntegration(ctx, r.environment, id, &pingone.GetIntegrationParams{Expand: &expand}))
	if err == nil && connect.CheckID(found.ID) != nil {
		err = errNoIntegration
	}
	return newIntegration(found), err
}

// named finds the integration with this name among those that satisfy filter.
func (r reader) named(ctx context.Context, want, filter string) (Integration, error) {
	list, err := r.integrations(filter).all(ctx)
	if err != nil {
		return Integration{}, err
	}
	found, err := match.One(kindIntegration, want, list, namesOf)
	return newIntegration(found), err
}

// searchTerms returns the words to search for: the name as it is, or the words of
// the name of a file.
func searchTerms(want string) []string {
	if strings.Contains(want, " ") || !strings.Contains(want, "-") {
		return []string{want}
	}
	words := strings.FieldsFunc(want, func(r rune) bool { return r == '-' })
	if len(words) > 1 && strings.EqualFold(words[0], filePrefix) {
		words = words[1:]
	}
	return words[:min(len(words), maxTextWords)]
}

// filePrefix begins the names of the files of PingFederate's kits.
const filePrefix = "pf"

// namesOf returns the names of an integration. Besides its ID and name these are
// the names of its file in container manifests: pf-pingone-mfa-integration-kit
// is the PingOne MFA Integration Kit. The name of the latest version counts if
// it has that form.
func namesOf(i pingone.Integration) match.Names {
	name := sanitize.Line(i.Name, maxName)
	slug := strings.ToLower(strings.Join(strings.FieldsFunc(name, notAlphanumeric), "-"))
	names := match.Names{ID: i.ID, Name: name, Aliases: []string{slug, filePrefix + "-" + slug}}
	var details []string
	if publisher := sanitize.Line(i.Publisher, maxName); publisher != "" {
		details = append(details, "by "+publisher)
	}
	if latest, ok := i.LatestVersion(); ok {
		if strings.Contains(latest.Name, "-") && !strings.Contains(latest.Name, " ") {
			names.Aliases = append(names.Aliases, sanitize.Line(latest.Name, maxName))
		}
		if number := sanitize.Line(latest.Number, maxWord); number != "" {
			details = append(details, "latest version "+number)
		}
	}
	names.Detail = strings.Join(details, ", ")
	return names
}
