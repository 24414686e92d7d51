package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/catalog"
)

type versionsResult struct {
	Integration   string               `json:"integration"`
	IntegrationID string               `json:"integration_id"`
	Versions      []catalog.VersionRow `json:"versions"` // newest first
}

func (r *versionsResult) text(w *textWriter) {
	w.line("%s (id %s)", r.Integration, r.IntegrationID)
	if len(r.Versions) == 0 {
		w.line("no versions")
		return
	}
	rows := make([][]string, len(r.Versions))
	for i, v := range r.Versions {
		worksWith, kit := "", "yes"
		if v.WorksWith != nil {
			worksWith = v.WorksWith.String()
		}
		if !v.HasKit {
			kit = "no"
		}
		rows[i] = []string{v.Number, kit, v.ReleasedOn, v.EndOfLifeOn, worksWith, v.Type, v.ID}
	}
	w.table([]string{"VERSION", "KIT", "RELEASED", "END OF LIFE", "WORKS WITH", "TYPE", "ID"}, rows)
	for _, v := range r.Versions {
		if v.Note != "" {
			w.line("note: version %s: %s", v.Number, v.Note)
		}
	}
}

func (c *cli) versionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "versions NAME",
		Short:   "List the versions of an integration, newest first",
		GroupID: groupKits,
		Long: documented(`Lists the versions of an integration. NAME is its ID, its name, the name of its
file, or a part of a name that only one integration has. Versions of type SAML have
no kit to download.`, &versionsResult{}),
		Example: `  pingkit versions "PingID Integration Kit"
  pingkit versions pf-pingid-integration-kit --output json`,
		Args:              takes("NAME"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, args []string) error {
			services, err := c.services()
			if err != nil {
				return err
			}
			integration, err := services.Catalog.Integration(ctx, c.environment, args[0])
			if err != nil {
				return err
			}
			versions, err := services.Catalog.Versions(ctx, c.environment, integration.ID)
			if err != nil {
				return err
			}
			result := &versionsResult{Integration: integration.Name, IntegrationID: integration.ID, Versions: []catalog.VersionRow{}}
			for _, version := range versions {
				result.Versions = append(result.Versions, version.Row())
			}
			return c.print(result)
		}),
	}
}
