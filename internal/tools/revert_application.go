package tools

import (
	"context"

	"example.com/pingkit/internal/pingcentral"
)

func revertApplicationTool() Tool {
	return declare(Tool{
		Name:        "revert_application",
		Title:       "Revert an application",
		Description: "Reverts PingCentral's copy of an application, with its client secret, to an earlier promotion; later edits are lost. Approved as for promote_application. No environment changes until the next promotion.",
		Example:     "Take Payroll back to the promotion before the last one.",
		Scopes:      []Scope{AppsWrite},
		Hints:       Hints{Destructive: true, OpenWorld: true},
	}, revertApplication)
}

type revertApplicationParams struct {
	Application string `json:"application" arg:"required" doc:"id or name"`
	Promotion   string `json:"promotion" arg:"required" doc:"id, or previous"`
	DryRun      bool   `json:"dry_run" doc:"only the plan"`
	Plan        string `json:"plan" doc:"once the user approved"`
}

func revertApplication(ctx context.Context, d *Deps, p revertApplicationParams) (*writeResult, error) {
	return write(ctx, d, pingcentral.RevertRequest{Application: p.Application, Promotion: p.Promotion}, p.Plan, p.DryRun)
}
