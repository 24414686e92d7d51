package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/pingcentral"
)

func (c *cli) appPromoteCommand() *cobra.Command {
	var request pingcentral.PromoteRequest
	var flags writeFlags
	cmd := &cobra.Command{
		Use:   "promote APPLICATION --to ENVIRONMENT",
		Short: "Promote an application to an environment",
		Long: documented(`Promotes an application of PingCentral to one of its environments, both named by
id or name, the environment by its short code as well. It may also stand as the
second argument, without --to.`+approvalHelp, &writeResult{}),
		Example: `  pingkit app promote Payroll --to Test --redirect-uri https://payroll.example.com/cb
  pingkit app promote Ledger --to Test --no-redirect-uris --dry-run
  pingkit app promote Payroll --to Production --yes --shielded \
    --redirect-uri https://payroll.example.com/cb --client-secret-ref env:PINGKIT_SECRET_PAYROLL`,
		Args:              takes("APPLICATION", "[ENVIRONMENT]"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runsApp("promote", func(ctx context.Context, args []string) error {
			if err := flags.check("app promote", "ENVIRONMENT", args); err != nil {
				return err
			}
			request.Application, request.Environment = args[0], flags.to
			services, err := c.services()
			if err != nil {
				return err
			}
			w := writing{cli: c, services: services.Promotion, request: request, flags: flags}
			w.plan = func(ctx context.Context) (*pingcentral.Plan, error) { return w.services.PlanPromotion(ctx, request) }
			return w.run(ctx)
		}),
	}
	cmd.Flags().StringArrayVar(&request.RedirectURIs, "redirect-uri", nil, "give an OAuth or OIDC application the redirect URI `URI`; may be repeated")
	cmd.Flags().BoolVar(&request.NoRedirectURIs, "no-redirect-uris", false, "the application uses neither the authorization code nor the implicit grant, and needs no redirect URIs")
	cmd.Flags().StringVar(&request.ClientSecretRef, "client-secret-ref", "", "take the client secret from `REF`: env:PINGKIT_SECRET_NAME, or file:NAME in the secrets directory")
	cmd.Flags().BoolVar(&request.AnyType, "any-type", false, "send it although the documented call cannot promote the type (SAML, PingAccess)")
	flags.add(cmd, "promote to `ENVIRONMENT`")
	offer(cmd, "to", cobra.NoFileCompletions)
	offer(cmd, "redirect-uri", cobra.NoFileCompletions)
	offer(cmd, "client-secret-ref", cobra.NoFileCompletions)
	return cmd
}

func (c *cli) appRevertCommand() *cobra.Command {
	var flags writeFlags
	cmd := &cobra.Command{
		Use:   "revert APPLICATION --to PROMOTION",
		Short: "Revert an application to an earlier promotion",
		Long: documented(`Returns PingCentral's copy of an application to an earlier promotion: an id from
`+"`pingkit app get`"+`, or previous for the last one before the newest that can be
reverted to. Outside PingCentral nothing changes until it is promoted again. The
promotion may also stand as the second argument, without --to.`+approvalHelp, &writeResult{}),
		Example: `  pingkit app revert Payroll --to previous
  pingkit app revert Payroll --to previous --dry-run --output json`,
		Args: takes("APPLICATION", "[PROMOTION]"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return []cobra.Completion{pingcentral.Previous}, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: c.runsApp("revert", func(ctx context.Context, args []string) error {
			if err := flags.check("app revert", "PROMOTION", args); err != nil {
				return err
			}
			request := pingcentral.RevertRequest{Application: args[0], Promotion: flags.to}
			services, err := c.services()
			if err != nil {
				return err
			}
			w := writing{cli: c, services: services.Promotion, request: request, flags: flags}
			w.plan = func(ctx context.Context) (*pingcentral.Plan, error) { return w.services.PlanRevert(ctx, request) }
			return w.run(ctx)
		}),
	}
	flags.add(cmd, "revert to `PROMOTION`")
	offer(cmd, "to", words(pingcentral.Previous))
	return cmd
}
