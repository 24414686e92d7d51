package tools

import (
	"context"

	"example.com/pingkit/internal/catalog"
)

func listIntegrationsTool() Tool {
	return declare(Tool{
		Name:        "list_integrations",
		Title:       "Find integrations",
		Description: "Integration kits in PingOne's catalog.",
		Example:     "Which integration kits are there for PingID?",
		Scopes:      []Scope{KitsRead},
		Hints:       Hints{ReadOnly: true, Idempotent: true, OpenWorld: true},
	}, listIntegrations)
}

type listIntegrationsParams struct {
	Query       string `json:"query" doc:"part of the name"`
	Product     string `json:"product" doc:"such as PINGFEDERATE"`
	Tag         string `json:"tag"`
	Filter      string `json:"filter" doc:"raw SCIM"`
	Environment string `json:"environment"`
	Limit       int    `json:"limit" arg:"min=1,max=100,default=25"`
	Cursor      string `json:"cursor"`
}

type listIntegrationsResult struct {
	Integrations []catalog.Integration `json:"integrations"`
	NextCursor   string                `json:"next_cursor,omitempty"`
}

func listIntegrations(ctx context.Context, d *Deps, p listIntegrationsParams) (*listIntegrationsResult, error) {
	page, err := d.Catalog.Search(ctx, catalog.Query{
		Text: p.Query, Product: p.Product, Tag: p.Tag, Filter: p.Filter,
		Environment: p.Environment, Limit: p.Limit, Cursor: p.Cursor,
	})
	if err != nil {
		return nil, err
	}
	return &listIntegrationsResult{Integrations: present(page.Integrations), NextCursor: page.NextCursor}, nil
}

// present makes an empty list of none: a list that the schema promises is
// always there.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
