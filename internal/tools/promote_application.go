package tools

import (
	"context"

	"example.com/pingkit/internal/pingcentral"
)

func promoteApplicationTool() Tool {
	return declare(Tool{
		Name:        "promote_application",
		Title:       "Promote an application",
		Description: "Promotes a PingCentral application to an environment. A person approves first: asked by the client, with a second call with plan, or with the command of the result. dry_run answers confirmation_required with the plan's text alone.",
		Example:     "Promote Payroll to production.",
		Scopes:      []Scope{AppsWrite},
		Hints:       Hints{Destructive: true, OpenWorld: true},
	}, promoteApplication)
}

type promoteApplicationParams struct {
	Application     string   `json:"application" arg:"required" doc:"id or name"`
	Environment     string   `json:"environment" arg:"required" doc:"id, name or short code"`
	RedirectURIs    []string `json:"redirect_uris" doc:"no wildcards; [] if the application needs none"`
	ClientSecretRef string   `json:"client_secret_ref" doc:"env:PINGKIT_SECRET_X or file:PATH on the server, never a secret"`
	DryRun          bool     `json:"dry_run" doc:"only the plan"`
	Plan            string   `json:"plan" doc:"once the user approved"`
}

func promoteApplication(ctx context.Context, d *Deps, p promoteApplicationParams) (*writeResult, error) {
	return write(ctx, d, pingcentral.PromoteRequest{
		Application:     p.Application,
		Environment:     p.Environment,
		RedirectURIs:    p.RedirectURIs,
		NoRedirectURIs:  p.RedirectURIs != nil && len(p.RedirectURIs) == 0,
		ClientSecretRef: p.ClientSecretRef,
	}, p.Plan, p.DryRun)
}
