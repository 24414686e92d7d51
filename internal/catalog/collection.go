package catalog

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"example.com/pingkit/connect"
)

type answer = *http.Response

// collection is a list that PingOne answers page by page. The pages may hold 15
// items or all of them; only the link to the next page tells (PingOne API
// reference, "Paging, ordering and filtering collections").
type collection[T any] struct {
	api   *connect.PingOne
	path  []string // below the API's URL
	first func(context.Context) (answer, error)
	read  func(answer, error) (items []T, next string, err error)
}

// ErrPaging is the cause of every refusal to follow a link to a next page.
var ErrPaging = errors.New("the pages of the list cannot be followed")

// page is a page of a collection.
type page[T any] struct {
	items []T
	next  string // the link to the next page, "" being none
}

// page returns the page behind link, "" being the first one, and its size.
func (c collection[T]) page(ctx context.Context, link string) (p page[T], size int64, err error) {
	var a answer
	if link == "" {
		a, err = c.first(ctx)
	} else {
		a, err = c.api.Next(ctx, link)
	}
	size = sizeOf(a)
	if p.items, p.next, err = c.read(a, err); err != nil || p.next == "" {
		return p, size, err
	}
	p.next, err = c.relative(p.next)
	return p, size, err
}

// all returns the items of all pages, and their size.
func (c collection[T]) all(ctx context.Context) (all []T, size int64, err error) {
	seen := map[string]bool{"": true}
	for link, pages := "", 1; ; pages++ {
		p, bytes, err := c.page(ctx, link)
		if err != nil {
			return nil, 0, err
		}
		all, size, link = append(all, p.items...), size+bytes, p.next
		switch {
		case link == "":
			return all, size, nil
		case seen[link]:
			return nil, 0, fmt.Errorf("%w: they lead in a circle", ErrPaging)
		case pages == maxPages || len(all) > maxItems:
			return nil, 0, fmt.Errorf("%w: there are more than %d of them, or more than %d items", ErrPaging, maxPages, maxItems)
		}
		seen[link] = true
	}
}

// head returns the items of the first page that has any, and their size.
func (c collection[T]) head(ctx context.Context) (items []T, size int64, err error) {
	link := ""
	for range maxPages {
		p, size, err := c.page(ctx, link)
		if err != nil || len(p.items) > 0 || p.next == "" || p.next == link {
			return p.items, size, err
		}
		link = p.next
	}
	return nil, 0, nil
}

// relative returns a link to a page of this collection without scheme and host,
// and refuses any other link. What leads elsewhere is no next page, and could
// carry the token away. (connect refuses that too.)
func (c collection[T]) relative(href string) (string, error) {
	base, err := url.Parse(c.api.Server)
	if err != nil {
		return "", err
	}
	own := base.JoinPath(c.escaped()...)
	from := base
	if strings.HasPrefix(href, "?") {
		from = own
	}
	to, err := from.Parse(href)
	if err != nil {
		return "", fmt.Errorf("%w: the link to the next page is no URL", ErrPaging)
	}
	to, err = c.api.ResolveNext(to.String())
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: the link to the next page leaves %s: %w", ErrPaging, base.Host, err)
	case strings.TrimSuffix(to.EscapedPath(), "/") != own.EscapedPath():
		return "", fmt.Errorf("%w: the link to the next page leads to another list", ErrPaging)
	}
	link := to.EscapedPath()
	if to.RawQuery != "" {
		link += "?" + to.RawQuery
	}
	return link, nil
}

func (c collection[T]) escaped() []string {
	escaped := make([]string, len(c.path))
	for i, segment := range c.path {
		escaped[i] = url.PathEscape(segment)
	}
	return escaped
}
