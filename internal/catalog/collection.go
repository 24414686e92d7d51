package catalog

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pingkit/connect"
)

type answer = *http.Response

// collection is a list that PingOne answers page by page. The pages may hold 15
// items or all of them; only the link to the next page tells (PingOne API
// reference, "Paging, ordering and filtering collections").
type collection[T any] struct {
	api    *connect.PingOne
	shared *sharing
	path   []string // below the API's URL
	query  string   // tells lists of one path apart
	first  func(context.Context) (answer, error)
	read   func(answer, error) (items []T, next string, err error)
}

// errPaging is the cause of every refusal to follow a link.
var errPaging = errors.New("the pages of the list cannot be followed")

// page returns the items behind link, "" being the first page, and the link to
// the next page, "" being none.
func (c collection[T]) page(ctx context.Context, link string) (items []T, next string, err error) {
	type page struct {
		items []T
		next  string
	}
	key := strings.Join(append(c.escaped(), c.query, link), "\x00")
	got, err := share(ctx, c.shared, key, func(ctx context.Context) (page, int64, error) {
		var a answer
		var err error
		if link == "" {
			a, err = c.first(ctx)
		} else {
			a, err = c.api.Next(ctx, link)
		}
		size := metered(a)
		items, next, err := c.read(a, err)
		return page{items, next}, size.bytes, err
	})
	if err != nil || got.next == "" {
		return got.items, "", err
	}
	next, err = c.relative(got.next)
	return got.items, next, err
}

// all returns the items of all pages.
func (c collection[T]) all(ctx context.Context) ([]T, error) {
	var all []T
	seen := map[string]bool{"": true}
	for link, pages := "", 1; ; pages++ {
		items, next, err := c.page(ctx, link)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		switch {
		case next == "":
			return all, nil
		case seen[next]:
			return nil, fmt.Errorf("%w: they lead in a circle", errPaging)
		case pages == maxPages || len(all) > maxItems:
			return nil, fmt.Errorf("%w: there are more than %d of them, or more than %d items", errPaging, maxPages, maxItems)
		}
		seen[next] = true
		link = next
	}
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
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: the link to the next page is no URL", errPaging)
	case to.User != nil || !strings.EqualFold(to.Scheme, base.Scheme) || !sameHost(to, base):
		return "", fmt.Errorf("%w: the link to the next page leaves %s: %w", errPaging, base.Host, connect.ErrForeignOrigin)
	case strings.TrimSuffix(to.EscapedPath(), "/") != own.EscapedPath():
		return "", fmt.Errorf("%w: the link to the next page leads to another list", errPaging)
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

func sameHost(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if u.Port() == "" {
			return map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
		}
		return u.Port()
	}
	return strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// refused reports that PingOne did not accept a request's parameters. The codes
// may change, so the status decides.
func refused(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	return ok && !upstream.SignIn && upstream.Status == http.StatusBadRequest
}

// absent reports answers that mean that PingOne does not have, or does not
// show, what was asked for by its id: which one it gives is not documented for
// all cases.
func absent(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok || upstream.SignIn {
		return errors.Is(err, errNothing)
	}
	return upstream.Status == http.StatusNotFound || upstream.Status == http.StatusForbidden || upstream.Status == http.StatusBadRequest
}

// head returns the items of the first page that has any.
func (c collection[T]) head(ctx context.Context) ([]T, error) {
	link := ""
	for range maxPages {
		items, next, err := c.page(ctx, link)
		if err != nil || len(items) > 0 || next == "" || next == link {
			return items, err
		}
		link = next
	}
	return nil, nil
}
