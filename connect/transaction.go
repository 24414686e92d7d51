package connect

import (
	"context"
	"crypto/rand"
	"strings"
)

// transactionHeader is the name under which PingOne's audit report shows a
// caller's own id (PingOne API reference, "External transaction and session IDs",
// where it ends in -ID). In this form net/http need not make it another string.
const transactionHeader = "X-Ping-External-Transaction-Id"

// transactionLimit is the documented length in characters.
const transactionLimit = 100

type transactionKey struct{}

// WithTransactionID names all calls made with the returned context. Characters
// that the header does not allow (anything but letters, digits and ._-/@=#+)
// are dropped, and so is what exceeds 100 characters.
func WithTransactionID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, transactionKey{}, allowedID(id))
}

// TransactionID returns the id set by [WithTransactionID] as it is sent, or ""
// when each call makes its own.
func TransactionID(ctx context.Context) string {
	id, _ := ctx.Value(transactionKey{}).(string)
	return id
}

// NewTransactionID returns an id for [WithTransactionID] that nobody else has.
func NewTransactionID() string { return "pingkit-" + rand.Text() }

func allowedID(id string) string {
	id = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-/@=#+", r):
			return r
		}
		return -1
	}, id)
	return id[:min(len(id), transactionLimit)]
}
