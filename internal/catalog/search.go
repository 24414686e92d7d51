package catalog

import (
	"context"
	"fmt"
)

// Sizes of a page of our own.
const (
	DefaultLimit = 25
	MaxLimit     = 100
)

// Query says which integrations are wanted. All criteria must hold; without any
// it is the whole catalog.
type Query struct {
	Text        string // words that the name holds, ignoring case
	Product     string // a Ping product, such as PingFederate
	Tag         string // such as MFA
	Filter      string // a SCIM filter as PingOne documents it, sent as it is
	Environment string // id or name; "" is the default
	Limit       int    // at most MaxLimit; 0 is DefaultLimit
	Cursor      string // NextCursor of the page before; "" is the first page
}

// IntegrationPage is one page of a search, in PingOne's order.
type IntegrationPage struct {
	Integrations []Integration `json:"integrations"`
	NextCursor   string        `json:"next_cursor,omitempty"` // "" on the last page
}

// pagesPerSearch bounds the requests of one search. One that meets few matches
// ends early, with a cursor to go on.
const pagesPerSearch = 40

// Search returns a page of the integrations that satisfy q. A page may hold
// fewer than Limit, or none, and still have a NextCursor.
//
// Text, Product and Tag are sent as a filter, and are applied here as well,
// alone if PingOne refuses the filter. With a Filter of the caller's own a
// refusal is an error, a [*connect.Error] whose details name what a filter may
// use. A cursor of another query is [ErrCursor].
func (c *Catalog) Search(ctx context.Context, q Query) (IntegrationPage, error) {
	wanted, err := newCriteria(q)
	if err != nil {
		return IntegrationPage{}, err
	}
	where, err := c.in(ctx, q.Environment)
	if err != nil {
		return IntegrationPage{}, err
	}
	filter := wanted.scim()
	list := keyOf("integrations", where.environment, filter)
	at, err := decodeCursor(q.Cursor, list)
	if err != nil {
		return IntegrationPage{}, err
	}
	limit := pageLimit(q.Limit)
	sent := filter
	if at.Plain {
		sent = ""
	}
	if at.Link != "" {
		if at.Link, err = where.integrations(sent).relative(at.Link); err != nil {
			return IntegrationPage{}, ErrCursor
		}
	}
	page := IntegrationPage{Integrations: []Integration{}}
	seen := map[string]bool{at.Link: true}
	for turned := 0; turned < pagesPerSearch; turned++ {
		given, err := where.page(ctx, sent, at.Link)
		if err != nil && at.Link == "" && sent != "" && wanted.raw == "" && refused(err) {
			at.Plain, sent = true, ""
			given, err = where.page(ctx, sent, "")
		}
		if err != nil {
			return IntegrationPage{}, err
		}
		for ; at.Offset < len(given.items); at.Offset++ {
			if !wanted.matches(given.items[at.Offset]) {
				continue
			}
			if len(page.Integrations) == limit {
				page.NextCursor = at.within().encode(list)
				return page, nil
			}
			page.Integrations = append(page.Integrations, newIntegration(given.items[at.Offset]))
		}
		if given.next == "" {
			return page, nil
		}
		if seen[given.next] || at.Depth == maxDepth {
			return IntegrationPage{}, fmt.Errorf("%w: they lead in a circle", ErrPaging)
		}
		seen[given.next] = true
		at = position{Link: given.next, Depth: at.Depth + 1, Plain: at.Plain}
		if len(page.Integrations) == limit {
			break // whether more match, the next call sees
		}
	}
	page.NextCursor = at.within().encode(list)
	return page, nil
}

// page returns the page behind link of the integrations that satisfy filter.
func (n in) page(ctx context.Context, filter, link string) (page[givenIntegration], error) {
	key := keyOf("page", n.environment, filter, link)
	return share(ctx, n.shared, key, func(ctx context.Context) (page[givenIntegration], int64, error) {
		return n.integrations(filter).page(ctx, link)
	})
}

func pageLimit(limit int) int {
	if limit <= 0 {
		return DefaultLimit
	}
	return min(limit, MaxLimit)
}
