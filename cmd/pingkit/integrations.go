package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/explain"
)

type integrationsResult struct{ catalog.IntegrationPage }

func (r *integrationsResult) text(w *textWriter) {
	if len(r.Integrations) == 0 {
		w.line("no integrations")
		return
	}
	rows := make([][]string, len(r.Integrations))
	for i, one := range r.Integrations {
		rows[i] = []string{one.Name, one.LatestKitVersion, one.EndOfLife, commas(one.Products), one.Publisher, one.ID}
	}
	w.table([]string{"NAME", "LATEST KIT", "END OF LIFE", "PRODUCTS", "PUBLISHER", "ID"}, rows)
}

func (c *cli) integrationsCommand() *cobra.Command {
	var query catalog.Query
	cmd := &cobra.Command{
		Use:     "integrations [QUERY]",
		Short:   "Find integration kits in the catalog",
		GroupID: groupKits,
		Long:    documented("Lists the integrations whose name contains QUERY, or all integrations.", &integrationsResult{}),
		Example: `  pingkit integrations pingid
  pingkit integrations --product PINGFEDERATE --tag MFA
  pingkit integrations --filter 'name sw "Sales"' --output json`,
		Args:              takes("[QUERY]"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				query.Text = args[0]
			}
			if query.Limit < 1 || query.Limit > catalog.MaxLimit {
				return usagef("integrations", "--limit is %d: use 1 to %d", query.Limit, catalog.MaxLimit)
			}
			services, err := c.services()
			if err != nil {
				return err
			}
			query.Environment = c.environment
			page, err := services.Catalog.Search(ctx, query)
			if err != nil {
				return err
			}
			if err := c.print(&integrationsResult{page}); err != nil {
				return err
			}
			if page.NextCursor != "" {
				c.note("there are more: the same command with --cursor %s", explain.Quote(page.NextCursor))
			}
			return nil
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&query.Product, "product", "", "only those for `PRODUCT`, such as PINGFEDERATE")
	flags.StringVar(&query.Tag, "tag", "", "only those with `TAG`, such as MFA")
	flags.StringVar(&query.Filter, "filter", "", "only those that the SCIM filter `FILTER` matches")
	flags.BoolVar(&query.Details, "details", false, "with descriptions, in JSON")
	flags.IntVar(&query.Limit, "limit", catalog.MaxLimit, "how many at most, 1 to 100")
	flags.StringVar(&query.Cursor, "cursor", "", "go on where a page ended, at its next_cursor")
	for _, flag := range []string{"product", "tag", "filter", "limit", "cursor"} {
		offer(cmd, flag, cobra.NoFileCompletions)
	}
	return cmd
}
