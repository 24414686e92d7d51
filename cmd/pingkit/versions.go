package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/catalog"
)

type versionsResult struct {
	Integration   string            `json:"integration"`
	IntegrationID string            `json:"integration_id"`
	Versions      []catalog.Version `json:"versions"` // newest first
}

func (r *versionsResult) text(w *textWriter) {
	w.line("%s (id %s)", r.Integration, r.IntegrationID)
	if len(r.Versions) == 0 {
		w.line("no versions")
		return
	}
	rows := make([][]string, len(r.Versions))
	for i, v := range r.Versions {
		rows[i] = []string{v.Number, v.ReleasedOn, v.EndOfLifeOn, v.WorksWith, v.Type, v.ID}
	}
	w.table([]string{"VERSION", "RELEASED", "END OF LIFE", "WORKS WITH", "TYPE", "ID"}, rows)
}

func (c *cli) versionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "versions NAME",
		Short:   "List the versions of an integration, newest first",
		GroupID: groupKits,
		Long: documented(`Lists the versions of the integration that NAME names: by id, by name, by the
name of its file, or by a part of a name that only one has. Versions of type SAML
have no kit to download.`, &versionsResult{}),
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
			return c.print(&versionsResult{integration.Name, integration.ID, present(versions)})
		}),
	}
}
