package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

type mirrorResult struct {
	Directory string             `json:"directory"`
	Kits      []resolve.Mirrored `json:"kits"`
}

func (r *mirrorResult) text(w *textWriter) {
	copied := 0
	rows := make([][]string, len(r.Kits))
	for i, k := range r.Kits {
		state := "there already"
		if k.Copied {
			state = "copied"
			copied++
		}
		rows[i] = []string{k.Kit, size(k.Bytes), state, k.SHA256}
	}
	if len(rows) > 0 {
		w.table([]string{"KIT", "SIZE", "STATE", "SHA256"}, rows)
	}
	w.line("%s holds %s, %d copied; elsewhere: `%s --target TARGET`",
		r.Directory, count(len(r.Kits), "kit"), copied,
		explain.Command("pingkit", "sync", "--offline", "--cache-dir", r.Directory, "--lock-file", filepath.Join(r.Directory, lockfile.DefaultLock)))
}

func (c *cli) mirrorCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "mirror DIR",
		Short:   "Copy all locked kits into a directory, for use without network",
		GroupID: groupKits,
		Long: documented(`Copies every kit of the lock into DIR, and the lock beside them. What is there
already is verified and not copied again. DIR has the form of a cache, so that
elsewhere this needs nothing else, neither network nor settings nor manifest:

  pingkit sync --offline --cache-dir DIR --lock-file DIR/`+lockfile.DefaultLock+` --target TARGET`, &mirrorResult{}),
		Example: `  pingkit mirror /srv/kits
  pingkit sync --offline --cache-dir /srv/kits --lock-file /srv/kits/kits.lock.json --target /opt/in`,
		Args:              takes("DIR"),
		ValidArgsFunction: folders,
		RunE: c.runs(func(ctx context.Context, args []string) error {
			dir, _, err := c.downloadDir(args[0])
			if err != nil {
				return err
			}
			l, err := c.pinned()
			if err != nil {
				return err
			}
			k, err := c.openSupply(false)
			if err != nil {
				return err
			}
			made := newFolders(dir)
			mirrored, err := resolve.Mirror(ctx, dir, l, k.archives)
			if err != nil {
				removeEmpty(made)
			}
			if err = errors.Join(err, k.close()); err != nil {
				return err
			}
			return c.print(&mirrorResult{dir, present(mirrored)})
		}),
	}
}
