package tools

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/pingcentral"
)

const (
	pingOne     = "pingone"
	pingCentral = "pingcentral"

	// environmentsLimit bounds the list of one system.
	environmentsLimit = 100
)

func listEnvironmentsTool() Tool {
	return declare(Tool{
		Name:        "list_environments",
		Title:       "List environments",
		Description: "PingOne's environments (catalogs) and PingCentral's (targets of promotions).",
		Example:     "Which environments can I promote to?",
		Scopes:      []Scope{KitsRead, AppsRead},
		Hints:       Hints{ReadOnly: true, Idempotent: true, OpenWorld: true},
	}, listEnvironments)
}

type listEnvironmentsParams struct {
	System string `json:"system" arg:"enum=pingone|pingcentral" doc:"default: all set up"`
}

type listEnvironmentsResult struct {
	Environments []environmentRow `json:"environments"`
	Incomplete   string           `json:"incomplete,omitempty"` // what is missing, and why
}

type environmentRow struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	System    string `json:"system"`
	Type      string `json:"type,omitempty"`
	ShortCode string `json:"short_code,omitempty"`
	Shielded  *bool  `json:"shielded,omitempty"`
	Available *bool  `json:"available,omitempty"`
}

func listEnvironments(ctx context.Context, d *Deps, p listEnvironmentsParams) (*listEnvironmentsResult, error) {
	systems := []string{p.System}
	if p.System == "" {
		systems = defaultSystems(ctx, d)
	}
	rows, errs := make([][]environmentRow, len(systems)), make([]error, len(systems))
	var wg sync.WaitGroup
	for i, system := range systems {
		wg.Go(func() { rows[i], errs[i] = environmentsOf(ctx, d, system) })
	}
	wg.Wait()
	return joined(systems, rows, errs)
}

// defaultSystems are the systems that are set up and that the caller may read.
func defaultSystems(ctx context.Context, d *Deps) []string {
	var allowed, usable []string
	for _, system := range []struct {
		name  string
		isSet bool
	}{{pingOne, d.HasPingOne}, {pingCentral, d.HasPingCentral}} {
		if !Allows(ctx, scopeOfSystem[system.name]) {
			continue
		}
		allowed = append(allowed, system.name)
		if system.isSet {
			usable = append(usable, system.name)
		}
	}
	if usable == nil {
		return allowed // their errors say which settings are missing
	}
	return usable
}

var scopeOfSystem = map[string]Scope{pingOne: KitsRead, pingCentral: AppsRead}

// joined joins the lists of the systems. The failure of one system does not hide
// the list of the other.
func joined(systems []string, rows [][]environmentRow, errs []error) (*listEnvironmentsResult, error) {
	result := &listEnvironmentsResult{Environments: []environmentRow{}}
	var failed []error
	var missing []string
	for i, system := range systems {
		if errs[i] != nil {
			failed = append(failed, errs[i])
			missing = append(missing, Explain(errs[i]))
			continue
		}
		shown := rows[i][:min(environmentsLimit, len(rows[i]))]
		if more := len(rows[i]) - len(shown); more > 0 {
			missing = append(missing, fmt.Sprintf("%s has %d more; name one to use it.", system, more))
		}
		result.Environments = append(result.Environments, shown...)
	}
	result.Incomplete = strings.Join(missing, " ")
	switch {
	case len(failed) == 0 || len(failed) < len(systems):
		return result, nil
	case len(failed) == 1:
		return nil, failed[0]
	}
	return nil, &severalError{failed}
}

func environmentsOf(ctx context.Context, d *Deps, system string) ([]environmentRow, error) {
	if err := require(ctx, scopeOfSystem[system]); err != nil {
		return nil, err
	}
	var rows []environmentRow
	if system == pingOne {
		list, err := d.Catalog.Environments(ctx)
		for _, e := range list {
			rows = append(rows, pingOneRow(e))
		}
		return rows, err
	}
	list, err := d.Promotion.Environments(ctx)
	for _, e := range list {
		rows = append(rows, pingCentralRow(e))
	}
	return rows, err
}

func pingOneRow(e pingone.Environment) environmentRow {
	row := environmentRow{ID: e.ID, Name: e.Name, System: pingOne}
	if e.Type != nil {
		row.Type = *e.Type
	}
	return row
}

func pingCentralRow(e pingcentral.Environment) environmentRow {
	row := environmentRow{ID: e.ID, Name: e.Name, System: pingCentral, ShortCode: e.ShortCode, Shielded: &e.Shielded}
	if e.Availability != "" {
		row.Available = &e.Available
	}
	return row
}
