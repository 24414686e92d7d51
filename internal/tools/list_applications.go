package tools

import (
	"cmp"
	"context"
	"slices"

	"example.com/pingkit/internal/pingcentral"
)

func listApplicationsTool() Tool {
	return declare(Tool{
		Name:        "list_applications",
		Title:       "List applications",
		Description: "Applications in PingCentral.",
		Example:     "Which applications does PingCentral manage?",
		Scopes:      []Scope{AppsRead},
		Hints:       Hints{ReadOnly: true, Idempotent: true, OpenWorld: true},
	}, listApplications)
}

type listApplicationsParams struct {
	Query  string `json:"query" doc:"part of name, description or owner"`
	Type   string `json:"type" doc:"such as OAuth or SAML_20_SP"`
	Limit  int    `json:"limit" arg:"min=1,max=100,default=25"`
	Cursor string `json:"cursor"`
}

type listApplicationsResult struct {
	Applications []applicationRow `json:"applications"`
	NextCursor   string           `json:"next_cursor,omitempty"`
}

type applicationRow struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Type        string   `json:"type,omitempty"`
	Owners      []string `json:"owners,omitempty"` // groups begin with "group "
	MoreOwners  int      `json:"more_owners,omitempty"`
	Environment string   `json:"environment,omitempty"`
	Modified    string   `json:"modified,omitempty"`
}

func listApplications(ctx context.Context, d *Deps, p listApplicationsParams) (*listApplicationsResult, error) {
	page, err := d.Promotion.Applications(ctx, pingcentral.AppQuery{Text: p.Query, Type: p.Type, Limit: p.Limit, Cursor: p.Cursor})
	if err != nil {
		return nil, err
	}
	result := &listApplicationsResult{Applications: []applicationRow{}, NextCursor: page.NextCursor}
	for _, a := range page.Applications {
		result.Applications = append(result.Applications, rowOf(a, 5))
	}
	return result, nil
}

// rowOf has at most so many owners: some applications have a hundred.
func rowOf(a pingcentral.Application, maxOwners int) applicationRow {
	owners := slices.Clone(a.Owners)
	for _, group := range a.OwnerGroups {
		owners = append(owners, "group "+group)
	}
	return applicationRow{
		ID: a.ID, Name: a.Name, Type: a.Type,
		Owners: owners[:min(maxOwners, len(owners))], MoreOwners: max(0, len(owners)-maxOwners),
		Environment: environmentName(a.Environment), Modified: a.Modified,
	}
}

// environmentName is what a person calls the environment, or what is left of it.
func environmentName(ref *pingcentral.EnvironmentRef) string {
	if ref == nil {
		return ""
	}
	name := cmp.Or(ref.Name, ref.ShortCode, ref.ID)
	if ref.Gone {
		name += " (no longer exists)"
	}
	return name
}
