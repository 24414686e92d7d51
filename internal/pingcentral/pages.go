package pingcentral

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/sanitize"
)

const (
	// pageSize is what is asked for in numberPerPage; a server may give fewer or
	// more, or ignore it.
	pageSize = 100
	// maxPages and maxItems end a list that does not end.
	maxPages = 1000
	maxItems = 20_000
)

// pager reads a list that PingCentral may give in pages (page, from 0, and
// numberPerPage) or whole, whatever it is asked for. How it ends is not
// documented, so that the end is an empty page, a page of which everything was
// seen before, or a page that is refused because it lies behind the end.
type pager[T any] struct {
	kind  string // such as "applications"
	fetch func(page int) ([]T, error)
	id    func(T) string

	page int
	seen map[string]bool
}

// next returns the next page without what earlier ones held, and false behind
// the last. Items whose id cannot stand in a request are left out.
func (p *pager[T]) next() ([]T, bool, error) {
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	if p.page >= maxPages || len(p.seen) >= maxItems {
		return nil, false, fmt.Errorf("PingCentral's list of %s does not end after %d entries", p.kind, len(p.seen))
	}
	items, err := p.fetch(p.page)
	if err != nil {
		if p.page > 0 && behindEnd(err) {
			return nil, false, nil
		}
		return nil, false, err
	}
	p.page++
	fresh := make([]T, 0, len(items))
	for _, item := range items {
		if id := p.id(item); usableID(id) && !p.seen[id] {
			p.seen[id] = true
			fresh = append(fresh, item)
		}
	}
	return fresh, len(fresh) > 0, nil
}

// all returns the whole list.
func (p *pager[T]) all() ([]T, error) {
	var list []T
	for {
		items, more, err := p.next()
		if err != nil {
			return nil, err
		}
		if !more {
			return list, nil
		}
		list = append(list, items...)
	}
}

func behindEnd(err error) bool {
	answer, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return false
	}
	switch answer.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusRequestedRangeNotSatisfiable, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// status returns the HTTP status of a failed call, or 0.
func status(err error) int {
	if answer, ok := errors.AsType[*connect.Error](err); ok {
		return answer.Status
	}
	return 0
}

// traced is ctx with a transaction id, so that an answer that cannot be read is
// told with the id under which it was asked for.
func traced(ctx context.Context) context.Context {
	if connect.TransactionID(ctx) != "" {
		return ctx
	}
	return connect.WithTransactionID(ctx, connect.NewTransactionID())
}

// unreadable is the error of an answer that came and is not understood. The
// decoder names what it did not understand; it quotes nothing of the answer.
func unreadable(ctx context.Context, path string, err error) error {
	return &connect.Error{
		System: connect.SystemPingCentral, Method: http.MethodGet, Path: path, Status: http.StatusOK, Sent: true,
		Message: sanitize.Line(explain.Plain(err.Error()), maxShown), TransactionID: connect.TransactionID(ctx),
	}
}

// bounded is ctx with a time-out that has a reason to tell.
func bounded(ctx context.Context, patience Patience) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, patience.Read, errors.New("PingCentral took too long to give its state"))
}
