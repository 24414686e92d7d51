package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sanitize"
)

// Query says which integrations to list. All criteria must hold; without any it
// is the whole catalog.
type Query struct {
	Text        string // words that the name contains, ignoring case
	Product     string // a Ping product, such as PingFederate
	Tag         string // such as MFA
	Filter      string // a SCIM filter as PingOne documents it, sent unchanged
	Environment string // ID or name; "" is the default
	Details     bool   // with descriptions
	Limit       int    // at most MaxLimit; 0 is DefaultLimit
	Cursor      string // NextCursor of the previous page; "" is the first page
}

// IntegrationPage is one page of a search, in PingOne's order.
type IntegrationPage struct {
	Integrations []Integration `json:"integrations"` // never nil
	NextCursor   string        `json:"next_cursor,omitempty"`
}

const (
	// pagesPerSearch bounds the requests of one search. A search with few matches
	// ends early, with a cursor to continue.
	pagesPerSearch = 40
	// versionReaders is how many lists of versions a search reads at once.
	versionReaders = 4
)

// Search returns a page of the integrations that satisfy q. A page may hold
// fewer than Limit, or none, and still have a NextCursor.
//
// PingOne gets Text, Product and Tag as a filter. If it refuses the filter, they
// are applied here alone. A refusal of q.Filter is a [*connect.Error], whose
// details name what a filter may use. A cursor of another query is [ErrCursor].
func (c *Catalog) Search(ctx context.Context, q Query) (IntegrationPage, error) {
	wanted, err := newCriteria(q)
	if err != nil {
		return IntegrationPage{}, err
	}
	r, err := c.reader(ctx, q.Environment)
	if err != nil {
		return IntegrationPage{}, err
	}
	list := listKey("integrations", r.environment, wanted.scim())
	at, err := decodeCursor(q.Cursor, list)
	if err != nil {
		return IntegrationPage{}, err
	}
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	found, next, err := r.search(ctx, wanted, at, pageLimit(q.Limit))
	if at.Link == "" && !at.Plain && wanted.raw == "" && wanted.scim() != "" && refused(err) {
		at.Plain = true
		found, next, err = r.search(ctx, wanted, at, pageLimit(q.Limit))
	}
	if err != nil {
		return IntegrationPage{}, err
	}
	page := IntegrationPage{Integrations: make([]Integration, len(found))}
	if next != nil {
		page.NextCursor = next.withoutPath().encode(list)
	}
	var group errgroup.Group
	group.SetLimit(versionReaders)
	for i, integration := range found {
		group.Go(func() error {
			one, err := r.withLatestKit(ctx, integration)
			page.Integrations[i] = one
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return IntegrationPage{}, err
	}
	if !q.Details {
		for i := range page.Integrations {
			page.Integrations[i].Description = ""
		}
	}
	return page, nil
}

// search returns at most limit integrations from the position at, and the
// position after them; nil at the end of the list.
func (r reader) search(ctx context.Context, wanted criteria, at position, limit int) (found []pingone.Integration, next *position, err error) {
	filter := wanted.scim()
	if at.Plain {
		filter = ""
	}
	list := r.integrations(filter)
	if at.Link != "" {
		if at.Link, err = list.relative(at.Link); err != nil {
			return nil, nil, ErrCursor
		}
	}
	pages := 0
	for page, err := range list.pages(ctx, at.Link) {
		if err != nil {
			return nil, nil, err
		}
		for ; at.Offset < len(page.items); at.Offset++ {
			if !wanted.matches(page.items[at.Offset]) {
				continue
			}
			if len(found) == limit {
				return found, &at, nil
			}
			found = append(found, page.items[at.Offset])
		}
		if page.next == "" {
			return found, nil, nil
		}
		if at.Depth == maxDepth {
			return nil, nil, errCircle
		}
		at = position{Link: page.next, Depth: at.Depth + 1, Plain: at.Plain}
		// The next call finds out whether more integrations match.
		if pages++; len(found) == limit || pages == pagesPerSearch {
			break
		}
	}
	return found, &at, nil
}

// withLatestKit describes an integration. PingOne embeds the latest version; if
// that one has no kit, the list of versions tells which is the latest with one.
func (r reader) withLatestKit(ctx context.Context, from pingone.Integration) (Integration, error) {
	to := newIntegration(from)
	latest, ok := from.LatestVersion()
	if !ok || newVersion(latest).HasKit() {
		return to, nil
	}
	list, err := r.versions(to.ID).all(ctx)
	if absent(err) {
		return to, nil
	}
	for _, version := range newVersions(list) {
		if version.HasKit() {
			to.setLatest(version)
			break
		}
	}
	return to, err
}

const (
	maxText       = 200  // characters of a search text
	maxTextWords  = 10   // words of it that count
	maxRawFilter  = 2000 // bytes of a SCIM filter
	knownProducts = "PINGID PINGONE_ENTERPRISE PINGONE PINGACCESS PINGFEDERATE PINGDIRECTORY PINGDATAGOVERNANCE " +
		"PINGINTELLIGENCE_FOR_APIS PINGONE_ADVANCED_SERVICES"
)

// criteria are the conditions of a search. PingOne gets them as a SCIM filter, and
// matches applies them again, because not every server applies a filter.
type criteria struct {
	words   []string // each in the integration's name, ignoring case
	product string   // one of the integration's products, in PingOne's spelling
	tag     string   // one of its tags
	raw     string   // the caller's SCIM filter, which only PingOne can evaluate
}

func newCriteria(q Query) (criteria, error) {
	if len(q.Filter) > maxRawFilter {
		return criteria{}, fmt.Errorf("the filter is longer than %d bytes", maxRawFilter)
	}
	if strings.ContainsFunc(q.Filter, unicode.IsControl) {
		return criteria{}, errors.New("the filter contains a control character")
	}
	words := strings.Fields(sanitize.Line(q.Text, maxText))
	return criteria{
		words:   words[:min(len(words), maxTextWords)],
		product: productName(q.Product),
		tag:     strings.ToUpper(sanitize.Line(q.Tag, maxWord)),
		raw:     strings.TrimSpace(q.Filter),
	}, nil
}

// productName returns PingOne's spelling of a product that a person may write
// as "PingOne Advanced Services" or "Ping Federate".
func productName(s string) string {
	s = sanitize.Line(s, maxWord)
	for _, known := range strings.Fields(knownProducts) {
		if letters(known) == letters(s) {
			return known
		}
	}
	return strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(s))
}

// letters is s in upper case without anything but letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// scim returns the criteria as a SCIM filter, of the operators and attributes
// that PingOne documents: there is no "or". "co" also finds longer names of
// products, which matches sorts out.
func (c criteria) scim() string {
	var clauses []string
	for _, word := range c.words {
		clauses = append(clauses, contains("name", word))
	}
	if c.product != "" {
		clauses = append(clauses, contains("pingProductNames", c.product))
	}
	if c.tag != "" {
		clauses = append(clauses, contains("tags", c.tag))
	}
	switch {
	case c.raw == "":
	case len(clauses) == 0:
		return c.raw
	default:
		clauses = append(clauses, "("+c.raw+")")
	}
	return strings.Join(clauses, " and ")
}

// contains is the form of PingOne's own example, (name co "PingID").
func contains(attribute, value string) string {
	return "(" + attribute + " co " + quote(value) + ")"
}

// quote writes a string as JSON does, which RFC 7644 section 3.4.2.2 asks for.
func quote(s string) string { return string(compactJSON(s)) }

// matches applies all criteria except the raw filter.
func (c criteria) matches(i pingone.Integration) bool {
	name := strings.ToLower(sanitize.Line(i.Name, 0))
	for _, word := range c.words {
		if !strings.Contains(name, strings.ToLower(word)) {
			return false
		}
	}
	return has(i.PingProductNames, c.product) && has(i.Tags, c.tag)
}

func has(list []string, want string) bool {
	return want == "" || slices.ContainsFunc(list, func(s string) bool { return letters(s) == letters(want) })
}
