package tools

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

// TestEveryToolHasScopes says what each scope opens. A tool that writes is open
// to the scope for writing alone.
func TestEveryToolHasScopes(t *testing.T) {
	want := map[string][]Scope{
		"list_environments": {KitsRead, AppsRead}, "list_integrations": {KitsRead}, "list_versions": {KitsRead}, "download_asset": {KitsRead},
		"list_applications": {AppsRead}, "get_application": {AppsRead},
		"promote_application": {AppsWrite}, "revert_application": {AppsWrite},
	}
	for _, tool := range All() {
		if !slices.Equal(tool.Scopes, want[tool.Name]) || len(tool.Scopes) == 0 {
			t.Errorf("%s is open to %v, want %v", tool.Name, tool.Scopes, want[tool.Name])
		}
	}
	if len(ScopesOf("no_tool")) != 0 || len(ScopesOfResource("pingkit://elsewhere")) != 0 {
		t.Error("there are scopes for what is not there")
	}
}

// TestToolsRefuseByThemselves calls each tool without its scope, as if nothing
// before had refused; whatever it would work on is not there.
func TestToolsRefuseByThemselves(t *testing.T) {
	for _, tool := range All() {
		var others []Scope
		for _, s := range Scopes() {
			if !slices.Contains(tool.Scopes, s) {
				others = append(others, s)
			}
		}
		for _, granted := range [][]Scope{nil, others} {
			ctx := WithGrant(context.Background(), granted)
			result, err := tool.Handler(nil)(ctx, mcp.CallToolRequest{})
			if err != nil || !result.IsError {
				t.Fatalf("%s with %v: %v %v", tool.Name, granted, result, err)
			}
			if text := result.Content[0].(mcp.TextContent).Text; !strings.Contains(text, string(tool.Scopes[0])) {
				t.Errorf("%s with %v: %q does not name the scope", tool.Name, granted, text)
			}
			if len(Visible(ctx, []mcp.Tool{tool.Definition()})) > 0 {
				t.Errorf("%s is shown to a caller with %v", tool.Name, granted)
			}
		}
		if got := Visible(context.Background(), []mcp.Tool{tool.Definition()}); len(got) != 1 {
			t.Errorf("%s is hidden where nobody grants anything", tool.Name)
		}
	}
}

func TestReadingRefusesByItself(t *testing.T) {
	kits, apps := WithGrant(t.Context(), []Scope{KitsRead, AppsWrite}), WithGrant(t.Context(), []Scope{AppsRead, AppsWrite})
	for name, read := range map[string]func() (any, error){
		"application": func() (any, error) { return ReadApplication(kits, nil, "x") },
		"history":     func() (any, error) { return ReadHistory(kits, nil, "x") },
		"kit":         func() (any, error) { return ReadKit(apps, nil, "x", "1") },
	} {
		if _, err := read(); err == nil || !strings.Contains(err.Error(), "not granted the scope") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
