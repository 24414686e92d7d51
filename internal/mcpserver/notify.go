package mcpserver

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// Notifier sends a notification that belongs to a call to the call's client, and
// returns when it is written.
type Notifier func(method string, params map[string]any) error

type notifierKey struct{}

// WithNotifier returns a context of a call that sends its notifications by n.
// mcp-go's own way is a queue that another goroutine writes from: over stdio a
// third of the last notifications come after their results, over HTTP some never
// come, as the result ends the stream.
func WithNotifier(ctx context.Context, n Notifier) context.Context {
	return context.WithValue(ctx, notifierKey{}, n)
}

// notifierOf returns what a transport gave to the call; mcp-go's way where none
// did, as in tests within a process.
func notifierOf(ctx context.Context) Notifier {
	if n, ok := ctx.Value(notifierKey{}).(Notifier); ok {
		return n
	}
	return func(method string, params map[string]any) error {
		return server.ServerFromContext(ctx).SendNotificationToClient(ctx, method, params)
	}
}

// Notification is the JSON of a notification.
func Notification(method string, params map[string]any) ([]byte, error) {
	return json.Marshal(mcp.JSONRPCNotification{
		JSONRPC:      mcp.JSONRPC_VERSION,
		Notification: mcp.Notification{Method: method, Params: mcp.NotificationParams{AdditionalFields: params}},
	})
}
