package tools

import (
	"context"

	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sanitize"
)

func getApplicationTool() Tool {
	return declare(Tool{
		Name:        "get_application",
		Title:       "Read an application",
		Description: "A PingCentral application and its promotions, newest first.",
		Example:     "Where is Payroll promoted to, and since when?",
		Scopes:      []Scope{AppsRead},
		Hints:       Hints{ReadOnly: true, Idempotent: true, OpenWorld: true},
	}, getApplication)
}

type getApplicationParams struct {
	Application string `json:"application" arg:"required" doc:"id or name"`
	Promotions  int    `json:"promotions" arg:"min=1,max=100,default=10" doc:"how many"`
}

// Application is an application with its history, as tools and resources show it.
type Application struct {
	applicationRow
	Description     string         `json:"description,omitempty"`
	TemplateID      string         `json:"template_id,omitempty"`
	Created         string         `json:"created,omitempty"`
	Enabled         bool           `json:"enabled"`
	Promotions      []PromotionRow `json:"promotions"`
	OlderPromotions int            `json:"older_promotions,omitempty"`
}

// PromotionRow is a row of an application's history.
type PromotionRow struct {
	ID          string `json:"id,omitempty"`
	Environment string `json:"environment"`
	Promoted    string `json:"promoted,omitempty"`
	CanRevert   bool   `json:"can_revert"`
	WhyNot      string `json:"why_not,omitempty"`
}

func getApplication(ctx context.Context, d *Deps, p getApplicationParams) (*Application, error) {
	view, err := d.Promotion.Application(ctx, p.Application, p.Promotions)
	if err != nil {
		return nil, err
	}
	return applicationOf(view), nil
}

func applicationOf(view pingcentral.ApplicationView) *Application {
	a := &Application{
		applicationRow:  rowOf(view.Application, 20),
		Description:     sanitize.Line(view.Description, 300),
		TemplateID:      view.TemplateID,
		Created:         view.Created,
		Enabled:         !view.Disabled,
		Promotions:      []PromotionRow{},
		OlderPromotions: view.More,
	}
	for _, row := range view.Promotions {
		a.Promotions = append(a.Promotions, promotionRow(row))
	}
	return a
}

func promotionRow(p pingcentral.Promotion) PromotionRow {
	return PromotionRow{
		ID: p.ID, Environment: environmentName(&p.Environment),
		Promoted: p.Promoted, CanRevert: p.CanRevert, WhyNot: p.WhyNot,
	}
}
