package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pingkit/connect"
)

// Sizes of a page that this package returns.
const (
	DefaultLimit = 25
	MaxLimit     = 100
)

func pageLimit(limit int) int {
	if limit <= 0 {
		return DefaultLimit
	}
	return min(limit, MaxLimit)
}

// Bounds of one list. A page of PingOne holds 15 integrations or all of them.
const (
	maxPages = 100
	maxItems = 20_000
)

// ErrPaging is the cause of every refusal to follow a link to a next page.
var ErrPaging = errors.New("the pages of the list cannot be followed")

var errCircle = fmt.Errorf("%w: the links to the next page form a circle", ErrPaging)

// collection is a list that PingOne answers page by page. Only the link to the
// next page tells whether there are more items (PingOne API reference, "Paging,
// ordering and filtering collections").
type collection[T any] struct {
	api    *connect.PingOne
	path   []string // segments below the API's URL
	first  func(context.Context) (*http.Response, error)
	decode func(*http.Response, error) (items []T, next string, err error)
}

type page[T any] struct {
	items []T
	next  string // relative link to the next page; "" on the last page
}

// pages yields the page behind link ("" is the first page) and those that follow
// it. It ends after an error.
func (c collection[T]) pages(ctx context.Context, link string) iter.Seq2[page[T], error] {
	return func(yield func(page[T], error) bool) {
		seen := map[string]bool{link: true}
		for range maxPages {
			p, err := c.page(ctx, link)
			if !yield(p, err) || err != nil || p.next == "" {
				return
			}
			if seen[p.next] {
				yield(page[T]{}, errCircle)
				return
			}
			link = p.next
			seen[link] = true
		}
		yield(page[T]{}, fmt.Errorf("%w: there are more than %d", ErrPaging, maxPages))
	}
}

func (c collection[T]) page(ctx context.Context, link string) (p page[T], err error) {
	var response *http.Response
	if link == "" {
		response, err = c.first(ctx)
	} else {
		response, err = c.api.Next(ctx, link)
	}
	if p.items, p.next, err = c.decode(response, err); err != nil || p.next == "" {
		return p, err
	}
	p.next, err = c.relative(p.next)
	return p, err
}

// all returns the items of all pages.
func (c collection[T]) all(ctx context.Context) ([]T, error) {
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	var all []T
	for p, err := range c.pages(ctx, "") {
		if err != nil {
			return nil, err
		}
		if all = append(all, p.items...); len(all) > maxItems {
			return nil, fmt.Errorf("%w: there are more than %d items", ErrPaging, maxItems)
		}
	}
	return all, nil
}

// relative returns a link to a page of this list without scheme and host, and
// refuses any other link, because the bearer token travels with the request.
// (connect refuses other hosts as well.)
func (c collection[T]) relative(href string) (string, error) {
	base, err := url.Parse(c.api.Server)
	if err != nil {
		return "", err
	}
	escaped := make([]string, len(c.path))
	for i, segment := range c.path {
		escaped[i] = url.PathEscape(segment)
	}
	list := base.JoinPath(escaped...)
	from := base
	if strings.HasPrefix(href, "?") {
		from = list
	}
	to, err := from.Parse(href)
	if err != nil {
		return "", fmt.Errorf("%w: the link to the next page is not a URL", ErrPaging)
	}
	to, err = c.api.ResolveNext(to.String())
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: the link to the next page leaves %s: %w", ErrPaging, base.Host, err)
	case strings.TrimSuffix(to.EscapedPath(), "/") != list.EscapedPath():
		return "", fmt.Errorf("%w: the link to the next page leads to another list", ErrPaging)
	}
	link := to.EscapedPath()
	if to.RawQuery != "" {
		link += "?" + to.RawQuery
	}
	return link, nil
}

// withID removes the items that have no usable ID.
func withID[T any](items []T, id func(T) string) []T {
	return slices.DeleteFunc(items, func(item T) bool { return connect.CheckID(id(item)) != nil })
}

// maxCursor bounds the length of a cursor in bytes; a cursor holds a link of
// PingOne.
const maxCursor = 8192

// maxDepth bounds how many pages of PingOne a search may read in all, so that
// links which form a circle end.
const maxDepth = 10_000

// ErrCursor says that a cursor was changed, or belongs to another list.
var ErrCursor = errors.New("the cursor was changed, or belongs to another list: " +
	"pass next_cursor as it came, with the same other arguments")

// position is a place in a list, and the content of a cursor. It holds no secret,
// and every field is checked when it comes back.
type position struct {
	Link   string `json:"l,omitempty"` // of the page, relative; "" is the first page
	Offset int    `json:"o,omitempty"` // items of the page that earlier calls returned
	Depth  int    `json:"d,omitempty"` // pages read so far
	Plain  bool   `json:"p,omitempty"` // PingOne refused the filter, so none is sent
}

// listKey names a list by its criteria; a cursor is valid for one list only.
func listKey(parts ...string) string { return strings.Join(parts, "\x00") }

// tagSize is how many bytes of a hash tie a cursor to its list. The tag finds
// mistakes, not forgeries: against those, each field is checked.
const tagSize = 8

func cursorTag(list string, body []byte) []byte {
	sum := sha256.Sum256(append([]byte(list+"\x00"), body...))
	return sum[:tagSize]
}

// withoutPath removes the path of the link, which is the list's own: a model reads
// and writes every character of a cursor.
func (p position) withoutPath() position {
	if path, query, found := strings.Cut(p.Link, "?"); found && !strings.HasSuffix(path, "/") {
		p.Link = "?" + query
	}
	return p
}

// encode returns the position as a cursor of list.
func (p position) encode(list string) string {
	body := compactJSON(p)
	return base64.RawURLEncoding.EncodeToString(append(cursorTag(list, body), body...))
}

// compactJSON returns the JSON of a value that can always be encoded, without
// escapes for HTML.
func compactJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}

// decodeCursor reads a cursor of list; "" is the beginning of the list. The
// caller checks the link.
func decodeCursor(cursor, list string) (position, error) {
	if cursor == "" {
		return position{}, nil
	}
	if len(cursor) > maxCursor {
		return position{}, ErrCursor
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(data) < tagSize || strings.ContainsAny(cursor, "\r\n") {
		return position{}, ErrCursor
	}
	tag, body := data[:tagSize], data[tagSize:]
	if !bytes.Equal(tag, cursorTag(list, body)) {
		return position{}, ErrCursor
	}
	var p position
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return position{}, ErrCursor
	}
	if _, err := decoder.Token(); err != io.EOF {
		return position{}, ErrCursor
	}
	if p.Offset < 0 || p.Offset > maxItems || p.Depth < 0 || p.Depth > maxDepth || (p.Link == "") != (p.Depth == 0) {
		return position{}, ErrCursor
	}
	return p, nil
}
