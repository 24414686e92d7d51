package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

type outdatedResult struct {
	Kits     []outdatedKit `json:"kits"`
	Outdated int           `json:"outdated"` // how many are not current
	Drift    []string      `json:"drift"`    // how the lock is not what the manifest asks for
}

type outdatedKit struct {
	resolve.Outdated
	Current bool `json:"current"`
}

func (r *outdatedResult) text(w *textWriter) {
	rows := make([][]string, len(r.Kits))
	for i, k := range r.Kits {
		rows[i] = []string{k.Kit, k.Locked, k.Allowed, k.Latest, k.remarks()}
	}
	if len(rows) > 0 {
		w.table([]string{"KIT", "LOCKED", "ALLOWED", "LATEST", "REMARKS"}, rows)
	}
	for _, difference := range r.Drift {
		w.line("the lock does not agree with the manifest: %s", difference)
	}
	if r.Outdated == 0 {
		w.line("all of %s current", count(len(r.Kits), "kit"))
		return
	}
	w.line("%d of %s not current", r.Outdated, count(len(r.Kits), "kit"))
}

func (k outdatedKit) remarks() string {
	var words []string
	if k.Withdrawn {
		words = append(words, "the catalog no longer has the locked version")
	}
	switch {
	case k.EndOfLife:
		words = append(words, "END OF LIFE since "+k.EndOfLifeOn)
	case k.EndOfLifeOn != "":
		words = append(words, "end of life on "+k.EndOfLifeOn)
	}
	if k.OutOfRange {
		words = append(words, "works with "+k.WorksWith+", not with the target")
	}
	if k.NotAllowed {
		words = append(words, "the manifest does not allow the locked version")
	}
	if len(words) == 0 && k.Current {
		return "current"
	}
	return strings.Join(words, "; ")
}

func (c *cli) outdatedCommand() *cobra.Command {
	var exit bool
	cmd := &cobra.Command{
		Use:     "outdated",
		Short:   "Tell which locked kits have newer versions or reach their end of life",
		GroupID: groupKits,
		Long: documented(`Asks the catalog about every kit of the lock: the newest version that the manifest
allows, the newest at all, the end of life of the locked one, and whether it works
with the target's version. The manifest counts as it is now; where it was edited
since the lock was made, the differences are listed. Without a manifest the lock
stands by itself.`, &outdatedResult{}),
		Example: `  pingkit outdated
  pingkit outdated --exit-code || pingkit lock --update`,
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, _ []string) error {
			l, err := c.mustReadLock()
			if err != nil {
				return err
			}
			m, err := c.manifestIfAny()
			if err != nil {
				return err
			}
			k, err := c.openSupply(false)
			if err != nil {
				return err
			}
			rows, err := k.resolver().Outdated(ctx, m, l, time.Now())
			if err = errors.Join(err, k.close()); err != nil {
				return err
			}
			result := &outdatedResult{Kits: []outdatedKit{}, Drift: []string{}}
			if m != nil {
				result.Drift = present(lockfile.Diff(m, l))
			}
			for _, row := range rows {
				if !row.Current() {
					result.Outdated++
				}
				result.Kits = append(result.Kits, outdatedKit{row, row.Current()})
			}
			if err := c.print(result); err != nil || !exit || result.Outdated == 0 && len(result.Drift) == 0 {
				return err
			}
			if len(result.Drift) > 0 {
				return failed(exitDrift, "run `pingkit lock`, and commit the lock together with the manifest", "the lock does not agree with the manifest")
			}
			return failed(exitDrift, "take the newest versions that the manifest allows with `pingkit lock --update`",
				"%d of %s not current", result.Outdated, count(len(rows), "kit"))
		}),
	}
	cmd.Flags().BoolVar(&exit, "exit-code", false, "exit with 3 where a kit is not current, or the lock does not agree with the manifest")
	return cmd
}
