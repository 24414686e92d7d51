package sandbox

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"

	api "example.com/pingkit/internal/sandbox/pingoneapi"
)

// defaultPageSize is the number of items on a page of the catalog.
const defaultPageSize = 15

var errCursor = errors.New("the cursor is not one of this list")

// page is one page of a list.
type page[T any] struct {
	items []T
	total int
	next  string // the cursor of the next page; "" on the last
}

// pageOf cuts the page at cursor out of all. Where the forms want empty pages, one stands between each two full ones.
func pageOf[T any](all []T, size int, cursor *string, emptyBetween bool) (page[T], error) {
	offset, empty := 0, false
	if cursor != nil {
		var err error
		if offset, empty, err = readCursor(*cursor); err != nil || offset > len(all) {
			return page[T]{}, errCursor
		}
	}
	p := page[T]{items: []T{}, total: len(all)}
	if empty {
		p.next = newCursor(offset, false)
		return p, nil
	}
	end := min(offset+size, len(all))
	p.items = all[offset:end]
	if end < len(all) {
		p.next = newCursor(end, emptyBetween)
	}
	return p, nil
}

// A cursor is opaque to clients: an offset, and whether an empty page comes first.
func newCursor(offset int, empty bool) string {
	return base64.RawURLEncoding.EncodeToString([]byte("page:" + strconv.Itoa(offset) + ":" + strconv.FormatBool(empty)))
}

func readCursor(cursor string) (offset int, empty bool, err error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, false, errCursor
	}
	parts := strings.Split(string(b), ":")
	if len(parts) != 3 || parts[0] != "page" {
		return 0, false, errCursor
	}
	offset, err = strconv.Atoi(parts[1])
	if err != nil || offset < 0 {
		return 0, false, errCursor
	}
	empty, err = strconv.ParseBool(parts[2])
	return offset, empty, err
}

// base is the address of the API as the client sees it: links must stay on the host it called.
func (s *Sandbox) base(r *http.Request) string { return s.scheme() + "://" + r.Host + "/v1" }

func link(href string) *api.Link { return &api.Link{Href: href} }

// pageLinks are the links of a page, next among them unless it is the last.
func (s *Sandbox) pageLinks(r *http.Request, next string) *api.Links {
	origin := s.scheme() + "://" + r.Host
	links := &api.Links{Self: link(origin + r.URL.RequestURI())}
	if next == "" {
		return links
	}
	u := *r.URL
	q := u.Query()
	q.Set("cursor", next)
	u.RawQuery = q.Encode()
	switch s.forms.get().Next {
	case NextRelative:
		links.Next = link(u.RequestURI())
	case NextForeign:
		links.Next = link(s.StorageURL() + u.RequestURI())
	case NextItself:
		links.Next = links.Self
	default:
		links.Next = link(origin + u.RequestURI())
	}
	return links
}

// counts are the optional numbers of a page.
func counts[T any](s *Sandbox, p page[T]) (count, size *int) {
	if s.forms.get().NoCounts {
		return nil, nil
	}
	return ptr(p.total), ptr(len(p.items))
}

// writePage answers with a page that has n items under the key. The generated types leave out an empty list; here it is
// written unless the forms say otherwise.
func (s *Sandbox) writePage(w http.ResponseWriter, document any, key string, n int) {
	if n == 0 && !s.forms.get().NoEmptyLists {
		document = reshape(document, func(d any) {
			d.(map[string]any)["_embedded"].(map[string]any)[key] = []any{}
		})
	}
	writeJSON(w, http.StatusOK, s.dress(document))
}

func (s *Sandbox) pageSize() int {
	if size := s.forms.get().PageSize; size > 0 {
		return size
	}
	return defaultPageSize
}

func (s *Sandbox) refuseCursor(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, refusal{status: http.StatusBadRequest, detail: "INVALID_VALUE", target: "cursor", message: "The cursor is not valid."})
}
