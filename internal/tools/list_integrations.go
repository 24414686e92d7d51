package tools

import (
	"context"

	"example.com/pingkit/internal/catalog"
)

func listIntegrationsTool() Tool {
	return declare(Tool{
		Name:        "list_integrations",
		Title:       "Find integrations",
		Description: "Integration kits in PingOne's catalog. latest_kit_version is the newest with a kit.",
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
	Details     bool   `json:"details" doc:"with descriptions"`
	Limit       int    `json:"limit" arg:"min=1,max=100,default=25"`
	Cursor      string `json:"cursor"`
}

func listIntegrations(ctx context.Context, d *Deps, p listIntegrationsParams) (*catalog.IntegrationPage, error) {
	page, err := d.Catalog.Search(ctx, catalog.Query{
		Text: p.Query, Product: p.Product, Tag: p.Tag, Filter: p.Filter,
		Environment: p.Environment, Details: p.Details, Limit: p.Limit, Cursor: p.Cursor,
	})
	return &page, err
}
