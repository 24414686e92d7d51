package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

type lockResult struct {
	Lock    string            `json:"lock"`    // the file
	Written bool              `json:"written"` // false: it was right already
	Kits    []lockedKit       `json:"kits"`
	Changes []lockfile.Change `json:"changes"`
}

type lockedKit struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Bytes   int64  `json:"bytes"`
	Layout  string `json:"layout"`
	Files   int    `json:"files"` // how many it installs
}

func (r *lockResult) text(w *textWriter) {
	if !r.Written {
		w.line("%s is up to date: %s", r.Lock, count(len(r.Kits), "kit"))
		return
	}
	for _, change := range r.Changes {
		w.line("%s", versionChange(change))
	}
	w.line("%s written: %s", r.Lock, count(len(r.Kits), "kit"))
}

func newLockResult(path string, written bool, old, new *lockfile.Lock) *lockResult {
	r := &lockResult{Lock: path, Written: written, Kits: []lockedKit{}, Changes: lockfile.Compare(old, new)}
	for _, k := range new.Kits {
		r.Kits = append(r.Kits, lockedKit{k.Name, k.Version, k.SHA256, k.Size, kitzip.Layout(k.Layout).Describe(), len(k.Files)})
	}
	return r
}

func (c *cli) lockCommand() *cobra.Command {
	var options resolve.Options
	var update bool
	cmd := &cobra.Command{
		Use:     "lock [KIT...]",
		Short:   "Pin the kits of the manifest in kits.lock.json",
		GroupID: groupKits,
		Long: documented(`Makes the lock for the manifest: for each kit its version, its digest and every
file it installs. Kits whose locked version the manifest still allows stay as
they are; with --update they go to the newest allowed version, all of them or
those that are named. The file is written only when it changes, as a whole.`, &lockResult{}),
		Example: `  pingkit lock
  pingkit lock --update
  pingkit lock --update "PingID Integration Kit"
  pingkit lock -f artifact-list.json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, args []string) error {
			if len(args) > 0 && !update {
				return failed(exitUsage, "to update "+explain.Quote(args[0])+", run `"+explain.Command(append([]string{"pingkit", "lock", "--update"}, args...)...)+"`",
					"%q is not updated without --update", args[0])
			}
			options.UpdateAll, options.Update = update && len(args) == 0, args
			m, err := c.readManifest()
			if err != nil {
				return err
			}
			old, notice, err := lockfile.ReadToReplace(c.lockPath())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			if notice != "" {
				c.note("note: %s", notice)
			}
			k, err := c.openSupply(false)
			if err != nil {
				return err
			}
			made, err := k.resolver().Resolve(ctx, m, old, options)
			if err = errors.Join(err, k.close()); err != nil {
				return err
			}
			written, err := lockfile.Save(c.lockPath(), made.Lock)
			if err != nil {
				return err
			}
			c.notices(made)
			return c.print(newLockResult(c.lockPath(), written, old, made.Lock))
		}),
	}
	cmd.Flags().BoolVar(&update, "update", false, "take the newest allowed version of the named kits, or of all")
	cmd.Flags().BoolVar(&options.AllowUnverified, "allow-unverified", false, "lock a kit for which nobody named a digest")
	return cmd
}
