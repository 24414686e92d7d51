package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sanitize"
)

const (
	systemPingOne     = "pingone"
	systemPingCentral = "pingcentral"
)

type environmentsResult struct {
	Environments []environmentRow `json:"environments"`
}

type environmentRow struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	System    string `json:"system"` // pingone or pingcentral
	ShortCode string `json:"short_code,omitempty"`
	Shielded  *bool  `json:"shielded,omitempty"` // PingCentral's alone
}

func (r *environmentsResult) text(w *textWriter) {
	if len(r.Environments) == 0 {
		w.line("no environments")
		return
	}
	rows := make([][]string, len(r.Environments))
	for i, e := range r.Environments {
		shielded := ""
		if e.Shielded != nil {
			shielded = strconv.FormatBool(*e.Shielded)
		}
		rows[i] = []string{e.Name, e.System, e.ShortCode, shielded, e.ID}
	}
	w.table([]string{"NAME", "SYSTEM", "SHORT CODE", "SHIELDED", "ID"}, rows)
}

func (c *cli) environmentsCommand() *cobra.Command {
	var system string
	cmd := &cobra.Command{
		Use:     "environments",
		Short:   "List the environments of PingOne and PingCentral",
		GroupID: groupKits,
		Long: documented(`Lists PingOne's environments, which hold the catalogs, and PingCentral's, which
are the targets of promotions, of each system that is set up.`, &environmentsResult{}),
		Example: `  pingkit environments
  pingkit environments --system pingcentral --output json`,
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, _ []string) error {
			if system != "" && system != systemPingOne && system != systemPingCentral {
				return usagef("environments", "--system is %q: use pingone or pingcentral", system)
			}
			services, err := c.services()
			if err != nil {
				return err
			}
			result := &environmentsResult{Environments: []environmentRow{}}
			none := !c.sandboxed && !c.config.HasPingOne() && !c.config.HasPingCentral()
			if system == systemPingOne || system == "" && (c.sandboxed || c.config.HasPingOne() || none) {
				if err := result.addPingOne(ctx, services); err != nil {
					return err
				}
			}
			if system == systemPingCentral || system == "" && (c.sandboxed || c.config.HasPingCentral()) {
				list, err := services.Promotion.Environments(ctx)
				if err != nil {
					return err
				}
				result.addPingCentral(list)
			}
			return c.print(result)
		}),
	}
	cmd.Flags().StringVar(&system, "system", "", "only those of `SYSTEM`: pingone or pingcentral (default: each that is set up)")
	offer(cmd, "system", words(systemPingOne, systemPingCentral))
	return cmd
}

func (r *environmentsResult) addPingOne(ctx context.Context, services *app.App) error {
	list, err := services.Catalog.Environments(ctx)
	for _, e := range list {
		r.Environments = append(r.Environments, environmentRow{ID: e.ID, Name: sanitize.Line(e.Name, 120), System: systemPingOne})
	}
	return err
}

func (r *environmentsResult) addPingCentral(list []pingcentral.Environment) {
	for _, e := range list {
		r.Environments = append(r.Environments, environmentRow{
			ID: e.ID, Name: e.Name, System: systemPingCentral, ShortCode: e.ShortCode, Shielded: &e.Shielded,
		})
	}
}
