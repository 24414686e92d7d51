package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/pingcentral"
)

type appGetResult struct {
	applicationRow
	Description      string         `json:"description,omitempty"`
	OwnerGroups      []string       `json:"owner_groups,omitempty"`
	TemplateID       string         `json:"template_id,omitempty"`
	OutdatedTemplate bool           `json:"outdated_template,omitempty"`
	Created          string         `json:"created,omitempty"`
	Enabled          bool           `json:"enabled"`
	Promotions       []promotionRow `json:"promotions"` // newest first
	OlderPromotions  int            `json:"older_promotions,omitempty"`
}

type promotionRow struct {
	ID              string `json:"id,omitempty"`
	Environment     string `json:"environment"`
	EnvironmentGone bool   `json:"environment_gone,omitempty"`
	Promoted        string `json:"promoted,omitempty"`
	CanRevert       bool   `json:"can_revert"`
	WhyNot          string `json:"why_not,omitempty"`
}

func newAppGetResult(view pingcentral.ApplicationView) *appGetResult {
	r := &appGetResult{
		applicationRow:   newApplicationRow(view.Application),
		Description:      view.Description,
		OwnerGroups:      view.OwnerGroups,
		TemplateID:       view.TemplateID,
		OutdatedTemplate: view.UsingOutdatedTemplate,
		Created:          view.Created,
		Enabled:          !view.Disabled,
		Promotions:       []promotionRow{},
		OlderPromotions:  view.More,
	}
	for _, p := range view.Promotions {
		r.Promotions = append(r.Promotions, promotionRow{
			ID: p.ID, Environment: environmentName(&p.Environment), EnvironmentGone: p.Environment.Gone,
			Promoted: p.Promoted, CanRevert: p.CanRevert, WhyNot: p.WhyNot,
		})
	}
	return r
}

func (r *appGetResult) text(w *textWriter) {
	state, template := "enabled", r.TemplateID
	if !r.Enabled {
		state = "disabled"
	}
	if r.OutdatedTemplate {
		template += " (outdated)"
	}
	w.pairs(
		[2]string{"application", r.Name},
		[2]string{"id", r.ID},
		[2]string{"type", r.Type},
		[2]string{"description", r.Description},
		[2]string{"owners", commas(append(r.Owners, r.OwnerGroups...))},
		[2]string{"from", r.Environment},
		[2]string{"template", template},
		[2]string{"created", r.Created},
		[2]string{"modified", r.Modified},
		[2]string{"state", state},
	)
	w.line("")
	if len(r.Promotions) == 0 {
		w.line("no promotions")
		return
	}
	rows := make([][]string, len(r.Promotions))
	for i, p := range r.Promotions {
		revert, environment := "can be reverted to", p.Environment
		if !p.CanRevert {
			revert = p.WhyNot
		}
		if p.EnvironmentGone {
			environment += " (no longer there)"
		}
		rows[i] = []string{p.Promoted, environment, revert, p.ID}
	}
	w.table([]string{"PROMOTED", "TO", "REVERT", "ID"}, rows)
	if r.OlderPromotions > 0 {
		w.line("and %s", count(r.OlderPromotions, "older promotion"))
	}
}

func (c *cli) appGetCommand() *cobra.Command {
	var promotions int
	cmd := &cobra.Command{
		Use:   "get APPLICATION",
		Short: "Show an application and its promotions, newest first",
		Long:  documented("Shows the application that APPLICATION names, by id or name, and its promotions.", &appGetResult{}),
		Example: `  pingkit app get Payroll
  pingkit app get Payroll --promotions 50 --output json`,
		Args:              takes("APPLICATION"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runsApp("get", func(ctx context.Context, args []string) error {
			if promotions < 1 || promotions > maxPage {
				return usagef("app get", "--promotions is %d: use 1 to %d", promotions, maxPage)
			}
			services, err := c.services()
			if err != nil {
				return err
			}
			view, err := services.Promotion.Application(ctx, args[0], promotions)
			if err != nil {
				return err
			}
			return c.print(newAppGetResult(view))
		}),
	}
	cmd.Flags().IntVar(&promotions, "promotions", 10, "how many promotions at most, 1 to 100")
	offer(cmd, "promotions", cobra.NoFileCompletions)
	return cmd
}
