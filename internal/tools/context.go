package tools

import (
	"context"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

type contextKey int

const (
	progressKey contextKey = iota
	callerKey
	unansweredKey
)

// Progress is told how far a call is: done of total bytes of what. A total of
// zero is unknown.
type Progress func(done, total int64, what string)

// WithProgress returns a context whose call reports its progress to p.
func WithProgress(ctx context.Context, p Progress) context.Context {
	return context.WithValue(ctx, progressKey, p)
}

// ProgressOf returns what the call reports its progress to; it does nothing where
// nobody asked for it.
func ProgressOf(ctx context.Context) Progress {
	if p, ok := ctx.Value(progressKey).(Progress); ok {
		return p
	}
	return func(int64, int64, string) {}
}

// WithCaller returns a context of a call that the named caller makes. A sealed
// plan is good for its own caller only; over stdio there is one, the empty name.
func WithCaller(ctx context.Context, caller string) context.Context {
	return context.WithValue(ctx, callerKey, caller)
}

// CallerOf returns the caller of a call.
func CallerOf(ctx context.Context) string {
	caller, _ := ctx.Value(callerKey).(string)
	return caller
}

// Unanswered says why a question to the user got no answer.
type Unanswered string

// Why a question got no answer.
const (
	TimedOut      Unanswered = "timed out"
	Undeliverable Unanswered = "undeliverable"
)

// WithUnanswered returns a context in which a call that asked its user is run
// again, without an answer.
func WithUnanswered(ctx context.Context, why Unanswered) context.Context {
	return context.WithValue(ctx, unansweredKey, why)
}

// UnansweredOf returns why the question of the call got no answer, or "".
func UnansweredOf(ctx context.Context) Unanswered {
	why, _ := ctx.Value(unansweredKey).(Unanswered)
	return why
}

// CanAsk reports whether the client of the call declared that it can show its
// user a form: on this request in the modern era, at initialize before. A
// declaration without modes means forms.
func CanAsk(ctx context.Context) bool {
	if info := server.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern {
		return info.ClientCapabilities != nil && forms(info.ClientCapabilities.Elicitation)
	}
	session, ok := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo)
	if !ok {
		return false
	}
	if _, ok := session.(server.SessionWithElicitation); !ok {
		return false
	}
	return forms(session.GetClientCapabilities().Elicitation)
}

func forms(e *mcp.ElicitationCapability) bool {
	return e != nil && (e.Form != nil || e.URL == nil)
}
