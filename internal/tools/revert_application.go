package tools

import (
	"context"

	"example.com/pingkit/internal/pingcentral"
)

func revertApplicationTool() Tool {
	return declare(Tool{
		Name:        "revert_application",
		Title:       "Revert an application",
		Description: "Reverts a PingCentral application to an earlier promotion, approved as for promote_application; not live until promoted again.",
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
