package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

type verifyResult struct {
	install.Verification
	OK   bool   `json:"ok"`
	Lock string `json:"lock,omitempty"` // the file it was compared with; none: the receipt of the last sync
}

func (r *verifyResult) text(w *textWriter) {
	for _, d := range r.Differences {
		kit := ""
		if d.Kit != "" {
			kit = "  (" + d.Kit + ")"
		}
		w.line("%s%s: %s", d.Path, kit, d.Problem)
	}
	for _, kept := range r.Kept {
		w.line("%s  (%s): %s", kept.Path, kept.Kit, kept.Reason)
	}
	with := "the receipt of the last sync"
	if r.Lock != "" {
		with = r.Lock
	}
	if r.OK {
		w.line("%s is as it should be by %s: %s", r.Target, with, count(r.Files, "file"))
		return
	}
	w.line("%s differs from %s: %s in %s", r.Target, with, count(len(r.Differences), "difference"), count(r.Files, "file"))
}

func (c *cli) verifyCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "verify --target DIR",
		Short:   "Compare a directory with the lock",
		GroupID: groupKits,
		Long: documented(`Hashes every file that the lock installs and reports what is missing, changed or
left over, with exit code 3. Without a lock it goes by the receipt of the last
sync. It needs neither network nor cache and changes nothing.`, &verifyResult{}),
		Example: `  pingkit verify --target /opt/in
  pingkit verify --target /opt/in --lock-file /etc/pingkit/kits.lock.json --output json`,
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: c.runs(func(ctx context.Context, _ []string) error {
			if dir == "" {
				return usagef("verify", "--target is missing: the directory to look at")
			}
			l, err := c.lockToCompare()
			if err != nil {
				return err
			}
			return c.verify(ctx, dir, l)
		}),
	}
	cmd.Flags().StringVar(&dir, "target", "", "look at `DIR`")
	offer(cmd, "target", folders)
	return cmd
}

// lockToCompare is the lock; nil where none was named and there is none.
func (c *cli) lockToCompare() (*lockfile.Lock, error) {
	if c.lockFile != "" || c.manifestNamed {
		return c.mustReadLock()
	}
	return c.readLock()
}

func (c *cli) verify(ctx context.Context, dir string, l *lockfile.Lock) error {
	found, err := install.Verify(ctx, dir, l)
	drift, drifted := errors.AsType[*lockfile.DriftError](err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.nothingToVerify(dir)
	case err != nil && !drifted:
		return err
	}
	result := &verifyResult{Verification: *found, OK: !drifted}
	if l != nil {
		result.Lock = c.lockPath()
	}
	if err := c.print(result); err != nil || !drifted {
		return err
	}
	return failed(exitDrift, drift.Next, "%s is not what it should be: %s", dir, count(len(found.Differences), "difference"))
}

// nothingToVerify says what is missing for a verify.
func (c *cli) nothingToVerify(dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return failed(exitNotFound, "create and fill it with `"+explain.Command("pingkit", "sync", "--target", dir)+"`", "the target %s does not exist", dir)
	}
	return failed(exitNotFound, "name the lock with --lock-file",
		"nothing says what %s should hold: no sync has left a receipt there, and there is no lock %s", dir, c.lockPath())
}
