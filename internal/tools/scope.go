package tools

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// Scope is a part of what the server does that a caller may be granted by name,
// as OAuth does (RFC 6749, 3.3).
type Scope string

// All scopes. None includes another.
const (
	KitsRead  Scope = "kits:read"
	AppsRead  Scope = "apps:read"
	AppsWrite Scope = "apps:write"
)

// Scopes returns all scopes.
func Scopes() []Scope { return []Scope{KitsRead, AppsRead, AppsWrite} }

type grantKey struct{}

// WithGrant returns a context of a call whose caller was granted these scopes
// and no other.
func WithGrant(ctx context.Context, granted []Scope) context.Context {
	return context.WithValue(ctx, grantKey{}, slices.Clone(granted))
}

// Allows reports whether the caller was granted one of scopes. Where nobody
// grants anything, as over stdio, the one caller may do all.
func Allows(ctx context.Context, scopes ...Scope) bool {
	granted, limited := ctx.Value(grantKey{}).([]Scope)
	return !limited || slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(granted, s) })
}

// Visible is the part of list that the caller may call.
func Visible(ctx context.Context, list []mcp.Tool) []mcp.Tool {
	if _, limited := ctx.Value(grantKey{}).([]Scope); !limited {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(t mcp.Tool) bool { return !Allows(ctx, ScopesOf(t.Name)...) })
}

// ScopesOf returns the scopes of a tool, any one of which a caller needs; none
// for a name that is no tool's.
func ScopesOf(tool string) []Scope { return scopesByTool()[tool] }

var scopesByTool = sync.OnceValue(func() map[string][]Scope {
	scopes := map[string][]Scope{}
	for _, t := range All() {
		scopes[t.Name] = t.Scopes
	}
	return scopes
})

// ScopesOfResource returns the scopes of what an address names, any one of which
// a caller needs; none for an address that is no resource's.
func ScopesOfResource(uri string) []Scope {
	switch {
	case strings.HasPrefix(uri, "pingkit://applications/"):
		return []Scope{AppsRead}
	case strings.HasPrefix(uri, "pingkit://kits/"):
		return []Scope{KitsRead}
	}
	return nil
}

// require refuses a caller who was granted none of scopes.
func require(ctx context.Context, scopes ...Scope) error {
	if Allows(ctx, scopes...) {
		return nil
	}
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return fmt.Errorf("the caller was not granted the scope that this needs: %s; sign in again and allow it, "+
		"or ask whoever runs the server for it", strings.Join(names, " or "))
}
