package mcpserver

import (
	"context"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/tools"
)

const (
	// maxCompletions is the most values that MCP allows in one response.
	maxCompletions = 100
	// completionTimeout bounds a completion: a person waits at the keyboard.
	completionTimeout = 5 * time.Second
)

// completion completes the arguments of prompts and the variables of resource
// templates, which share their names. It never sends a request to PingCentral:
// clients complete at each key press, and each request would log in again, so
// that a wrong password would lock the account. An error gives no completions,
// because a menu cannot show one.
type completion struct {
	server *Server
	deps   *tools.Deps
}

// CompletePromptArgument completes an argument of a prompt.
func (c completion) CompletePromptArgument(ctx context.Context, _ string, argument mcp.CompleteArgument, other mcp.CompleteContext) (*mcp.Completion, error) {
	return c.complete(ctx, argument, other), nil
}

// CompleteResourceArgument completes a variable of a resource template.
func (c completion) CompleteResourceArgument(ctx context.Context, _ string, argument mcp.CompleteArgument, other mcp.CompleteContext) (*mcp.Completion, error) {
	return c.complete(ctx, argument, other), nil
}

func (c completion) complete(ctx context.Context, argument mcp.CompleteArgument, other mcp.CompleteContext) *mcp.Completion {
	ctx, cancel := context.WithTimeout(ctx, completionTimeout)
	defer cancel()
	var candidates []string
	err := c.server.guarded(ctx, mcp.MethodCompletionComplete, "completion", func(ctx context.Context) (err error) {
		candidates, err = c.candidates(ctx, argument, other.Arguments)
		return err
	})
	if err != nil {
		return &mcp.Completion{Values: []string{}}
	}
	values := []string{}
	seen := map[string]bool{}
	for _, candidate := range candidates {
		if !seen[candidate] && strings.Contains(strings.ToLower(candidate), strings.ToLower(argument.Value)) {
			seen[candidate] = true
			values = append(values, candidate)
		}
	}
	shown := values[:min(maxCompletions, len(values))]
	return &mcp.Completion{Values: shown, Total: len(values), HasMore: len(values) > len(shown)}
}

// candidates returns the values that an argument may take, given the other
// arguments.
func (c completion) candidates(ctx context.Context, argument mcp.CompleteArgument, other map[string]string) ([]string, error) {
	switch argument.Name {
	case "integration":
		if tools.Allows(ctx, tools.KitsRead) {
			return c.integrations(ctx, argument.Value)
		}
	case "version":
		if tools.Allows(ctx, tools.KitsRead) {
			return c.versions(ctx, other["integration"])
		}
	case "environment":
		if tools.Allows(ctx, tools.AppsRead) {
			return c.deps.PromoteTo, nil
		}
	case "promotion":
		return []string{pingcentral.Previous}, nil
	}
	return nil, nil
}

func (c completion) integrations(ctx context.Context, text string) ([]string, error) {
	page, err := c.deps.Catalog.Search(ctx, catalog.Query{Text: text, Limit: catalog.MaxLimit})
	var names []string
	for _, i := range page.Integrations {
		names = append(names, i.Name)
	}
	return names, err
}

func (c completion) versions(ctx context.Context, integration string) ([]string, error) {
	numbers := []string{"latest"}
	if integration == "" {
		return numbers, nil
	}
	found, err := c.deps.Catalog.Integration(ctx, "", integration)
	if err != nil {
		return nil, err
	}
	versions, err := c.deps.Catalog.Versions(ctx, "", found.ID)
	for _, v := range versions {
		if v.HasKit() {
			numbers = append(numbers, v.Number)
		}
	}
	return numbers, err
}
