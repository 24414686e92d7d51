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
	// completionLimit is the most that MCP allows in one answer.
	completionLimit = 100
	// completionPatience is how long a person at a keyboard waits.
	completionPatience = 5 * time.Second
)

// completion completes the arguments of prompts and the variables of resource
// templates, which have the same names. What cannot be completed, for example
// because a system is not set up, has no completions: a menu is no place for an
// error.
type completion struct {
	server *Server
	deps   *tools.Deps
}

// CompletePromptArgument completes an argument of a prompt.
func (c completion) CompletePromptArgument(ctx context.Context, _ string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	return c.complete(ctx, argument, given), nil
}

// CompleteResourceArgument completes a variable of a resource template.
func (c completion) CompleteResourceArgument(ctx context.Context, uri string, argument mcp.CompleteArgument, given mcp.CompleteContext) (*mcp.Completion, error) {
	if argument.Name == "id" && strings.HasPrefix(uri, "pingkit://applications/") {
		argument.Name = "application"
	}
	return c.complete(ctx, argument, given), nil
}

func (c completion) complete(ctx context.Context, argument mcp.CompleteArgument, given mcp.CompleteContext) *mcp.Completion {
	ctx, cancel := context.WithTimeout(ctx, completionPatience)
	defer cancel()
	var candidates []string
	err := c.server.guarded(ctx, mcp.MethodCompletionComplete, "completion", func(ctx context.Context) (err error) {
		candidates, err = c.candidates(ctx, argument, given.Arguments)
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
	shown := values[:min(completionLimit, len(values))]
	return &mcp.Completion{Values: shown, Total: len(values), HasMore: len(values) > len(shown)}
}

// candidates are what an argument may be, given others.
func (c completion) candidates(ctx context.Context, argument mcp.CompleteArgument, given map[string]string) ([]string, error) {
	scope := tools.AppsRead
	if argument.Name == "integration" || argument.Name == "version" {
		scope = tools.KitsRead
	}
	if !tools.Allows(ctx, scope) {
		return nil, nil
	}
	switch argument.Name {
	case "integration":
		return c.integrations(ctx, argument.Value)
	case "version":
		return c.versions(ctx, given["integration"])
	case "application":
		return c.applications(ctx, argument.Value)
	case "environment":
		return c.environments(ctx)
	case "promotion":
		return c.promotions(ctx, given["application"])
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

func (c completion) applications(ctx context.Context, text string) ([]string, error) {
	page, err := c.deps.Promotion.Applications(ctx, pingcentral.AppQuery{Text: text, Limit: completionLimit})
	var names []string
	for _, a := range page.Applications {
		names = append(names, a.Name)
	}
	return names, err
}

func (c completion) environments(ctx context.Context) ([]string, error) {
	list, err := c.deps.Promotion.Environments(ctx)
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	return names, err
}

func (c completion) promotions(ctx context.Context, application string) ([]string, error) {
	ids := []string{pingcentral.Previous}
	if application == "" {
		return ids, nil
	}
	view, err := c.deps.Promotion.Application(ctx, application, completionLimit)
	for _, p := range view.Promotions {
		if p.CanRevert {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}
