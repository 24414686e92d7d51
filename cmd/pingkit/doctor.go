package main

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/doctor"
)

type doctorResult struct {
	OK     bool           `json:"ok"`
	Checks []doctor.Check `json:"checks"`
}

func (r *doctorResult) text(w *textWriter) {
	rows := make([][]string, len(r.Checks))
	for i, check := range r.Checks {
		rows[i] = []string{string(check.Status), check.Name, check.Detail}
	}
	w.table([]string{"RESULT", "CHECK", "DETAIL"}, rows)
	for _, check := range r.Checks {
		if check.Hint != "" {
			w.line("hint: %s: %s", check.Name, check.Hint)
		}
	}
}

func (c *cli) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check settings, credentials, permissions, systems, audit file, plan store and clock",
		Long: documented(`Runs every check, whatever the others say, and changes nothing in any system.
Exit code 0: no check failed; 3: at least one did.`, &doctorResult{}),
		Example: `  pingkit doctor
  pingkit doctor --output json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, settingsErr := config.Load(cmd.Flags())
			return c.runsWith(settings, func(ctx context.Context, _ []string) error { return c.doctor(ctx, settingsErr) })(cmd, args)
		},
	}
}

func (c *cli) doctor(ctx context.Context, settingsErr error) error {
	services, err := c.services()
	if err != nil {
		return err
	}
	o := doctor.Options{
		App: services, SettingsErr: settingsErr,
		PingOne: c.config.PingOne, HasPingOne: c.config.HasPingOne(),
		PingCentral: c.config.PingCentral, HasPingCentral: c.config.HasPingCentral(),
	}
	if c.sandbox != nil {
		o.HasPingOne, o.PingOne = true, func() (connect.PingOneSettings, error) { return c.sandbox.PingOne(), nil }
		o.HasPingCentral, o.PingCentral = true, func() (connect.PingCentralSettings, error) { return c.sandbox.PingCentral(), nil }
	}
	checks := doctor.Run(ctx, o)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	result := &doctorResult{OK: doctor.Sound(checks), Checks: checks}
	if err := c.print(result); err != nil || result.OK {
		return err
	}
	failures := 0
	for _, check := range checks {
		if check.Status == doctor.Failed {
			failures++
		}
	}
	return failed(exitDrift, "follow the hints above, then run `pingkit doctor` again", "%s failed", count(failures, "check"))
}
