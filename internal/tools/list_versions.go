package tools

import (
	"context"

	"example.com/pingkit/internal/catalog"
)

func listVersionsTool() Tool {
	return declare(Tool{
		Name:        "list_versions",
		Title:       "List versions",
		Description: "Versions of a PingOne integration, newest first.",
		Example:     "Which versions of the PingID Integration Kit work with PingFederate 12.1?",
		Scopes:      []Scope{KitsRead},
		Hints:       Hints{ReadOnly: true, Idempotent: true, OpenWorld: true},
	}, listVersions)
}

type listVersionsParams struct {
	Integration    string `json:"integration" arg:"required" doc:"ID or name"`
	ProductVersion string `json:"product_version" arg:"number" doc:"only those that work with it, such as PingFederate 12.1"`
	Environment    string `json:"environment"`
	Limit          int    `json:"limit" arg:"min=1,max=100,default=25"`
	Cursor         string `json:"cursor"`
}

type listVersionsResult struct {
	Integration string               `json:"integration"`
	Versions    []catalog.VersionRow `json:"versions"`
	NextCursor  string               `json:"next_cursor,omitempty"`
}

func listVersions(ctx context.Context, d *Deps, p listVersionsParams) (*listVersionsResult, error) {
	integration, err := d.Catalog.Integration(ctx, p.Environment, p.Integration)
	if err != nil {
		return nil, err
	}
	page, err := d.Catalog.VersionPage(ctx, catalog.VersionQuery{
		Environment: p.Environment, IntegrationID: integration.ID, ProductVersion: p.ProductVersion, Limit: p.Limit, Cursor: p.Cursor,
	})
	if err != nil {
		return nil, err
	}
	return &listVersionsResult{Integration: integration.Name, Versions: page.Versions, NextCursor: page.NextCursor}, nil
}
