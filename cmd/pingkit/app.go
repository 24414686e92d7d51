package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/pingcentral"
)

func (c *cli) appCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "app",
		Short:   "List, read, promote and revert PingCentral's applications",
		GroupID: groupApplications,
		Long:    "Reads, promotes and reverts the applications that PingCentral manages.",
		Example: `  pingkit app list
  pingkit app promote Payroll --to Test`,
		Args: onlyCommands,
		RunE: showHelp,
	}
	cmd.AddCommand(c.appListCommand(), c.appGetCommand(), c.appPromoteCommand(), c.appRevertCommand())
	return cmd
}

// runsApp is runs for the commands of app, where -e would mislead: it names the
// environment of a catalog, not the target of a promotion.
func (c *cli) runsApp(name string, command func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return c.runs(func(ctx context.Context, args []string) error {
		if c.environment != "" {
			return usagef("app "+name, "-e names the environment of a catalog, which app %s does not read; the target of a promotion is named with --to", name)
		}
		return command(ctx, args)
	})
}

type applicationRow struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Type        string   `json:"type,omitempty"`
	Owners      []string `json:"owners,omitempty"`
	Environment string   `json:"environment,omitempty"` // where it was taken from
	Modified    string   `json:"modified,omitempty"`
}

func newApplicationRow(a pingcentral.Application) applicationRow {
	return applicationRow{
		ID: a.ID, Name: a.Name, Type: a.Type, Owners: a.Owners,
		Environment: environmentName(a.Environment), Modified: a.Modified,
	}
}

// environmentName is what a person calls the environment, or what is left of it.
func environmentName(ref *pingcentral.EnvironmentRef) string {
	switch {
	case ref == nil:
		return ""
	case ref.Name != "":
		return ref.Name
	case ref.ShortCode != "":
		return ref.ShortCode
	}
	return ref.ID
}

type appListResult struct {
	Applications []applicationRow `json:"applications"`
	NextCursor   string           `json:"next_cursor,omitempty"`
}

func (r *appListResult) text(w *textWriter) {
	if len(r.Applications) == 0 {
		w.line("no applications")
		return
	}
	rows := make([][]string, len(r.Applications))
	for i, a := range r.Applications {
		rows[i] = []string{a.Name, a.Type, a.Environment, commas(a.Owners), a.Modified, a.ID}
	}
	w.table([]string{"NAME", "TYPE", "FROM", "OWNERS", "MODIFIED", "ID"}, rows)
}

// maxPage is the longest page of applications, and of promotions.
const maxPage = 100

func (c *cli) appListCommand() *cobra.Command {
	var query pingcentral.AppQuery
	cmd := &cobra.Command{
		Use:   "list [QUERY]",
		Short: "List applications",
		Long: documented("Lists the applications whose name, description or owner holds QUERY, or all of them.",
			&appListResult{}),
		Example: `  pingkit app list payroll
  pingkit app list --type OAuth --output json`,
		Args:              takes("[QUERY]"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runsApp("list", func(ctx context.Context, args []string) error {
			query.Text = strings.Join(args, "")
			if query.Limit < 1 || query.Limit > maxPage {
				return usagef("app list", "--limit is %d: use 1 to %d", query.Limit, maxPage)
			}
			services, err := c.services()
			if err != nil {
				return err
			}
			page, err := services.Promotion.Applications(ctx, query)
			if err != nil {
				return err
			}
			result := &appListResult{Applications: []applicationRow{}, NextCursor: page.NextCursor}
			for _, a := range page.Applications {
				result.Applications = append(result.Applications, newApplicationRow(a))
			}
			if err := c.print(result); err != nil {
				return err
			}
			if page.NextCursor != "" {
				c.note("there are more: the same command with --cursor %s", explain.Quote(page.NextCursor))
			}
			return nil
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&query.Type, "type", "", "only those of `TYPE`: OAuth, OIDC, SAML_20_SP or PINGACCESS")
	flags.IntVar(&query.Limit, "limit", maxPage, "how many at most, 1 to 100")
	flags.StringVar(&query.Cursor, "cursor", "", "go on where a page ended, at its next_cursor")
	offer(cmd, "type", words("OAuth", "OIDC", "SAML_20_SP", "PINGACCESS"))
	offer(cmd, "limit", cobra.NoFileCompletions)
	offer(cmd, "cursor", cobra.NoFileCompletions)
	return cmd
}
