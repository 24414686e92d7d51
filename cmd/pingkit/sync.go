package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

type syncResult struct {
	install.Report
	Lock        string            `json:"lock"` // the file
	LockWritten bool              `json:"lock_written"`
	LockChanges []lockfile.Change `json:"lock_changes"`
}

func (r *syncResult) text(w *textWriter) {
	for _, change := range r.LockChanges {
		w.line("%s", versionChange(change))
	}
	switch {
	case r.Recovered && r.DryRun:
		w.line("an interrupted sync was found; the next sync completes it")
	case r.Recovered:
		w.line("an interrupted sync was found and completed")
	}
	for _, change := range r.Changes {
		w.line("%-8s %s  (%s)", change.Action, change.Path, change.Kit)
	}
	for _, kept := range r.Kept {
		w.line("%-8s %s  (%s): %s", "keep", kept.Path, kept.Kit, kept.Reason)
	}
	for _, left := range r.Left {
		w.line("%-8s %s  (%s): %s", "leave", left.Path, left.Kit, left.Reason)
	}
	switch {
	case !r.Changed():
		w.line("%s is up to date: %s", r.Target, count(r.Unchanged, "file"))
	case r.DryRun:
		w.line("%s would get %s, %d unchanged; nothing was done", r.Target, count(len(r.Changes), "change"), r.Unchanged)
	default:
		w.line("%s: %s, %d unchanged", r.Target, count(len(r.Changes), "change"), r.Unchanged)
	}
}

type syncing struct {
	cli                            *cli
	dir                            string
	locked, offline, dryRun, force bool
	allowUnverified                bool
	fileMode, folderMode           mode
}

func (c *cli) syncCommand() *cobra.Command {
	s := syncing{cli: c, fileMode: 0o644, folderMode: 0o755}
	cmd := &cobra.Command{
		Use:     "sync --target DIR",
		Short:   "Install the kits of the lock into a directory",
		GroupID: groupKits,
		Long: documented(`Makes the files of a directory those of the lock: fetches what is missing,
verifies all of it, installs it, and removes what an earlier sync wrote and the
lock does not hold. Files that sync did not write are not touched; files that
were edited since are kept and reported, or replaced with --force. With nothing
to do it makes no request and writes nothing. It may be killed at any moment: the
next sync completes what was begun.

Where the lock does not fit the manifest it is made anew first, except with
--locked, which is for every node and every start: it never writes the lock and
fails with exit code 3. --offline is --locked, from the cache alone. With either
the manifest may be left out.`, &syncResult{}),
		Example: `  pingkit sync --target ./server-profile
  pingkit sync --target /opt/in --locked
  pingkit sync --target /opt/in --offline --cache-dir /mirror --lock-file /mirror/kits.lock.json
  pingkit sync --target /opt/in --dry-run --output json`,
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              c.runs(s.run),
	}
	flags := cmd.Flags()
	flags.StringVar(&s.dir, "target", "", "install into `DIR`")
	flags.BoolVar(&s.locked, "locked", false, "fail where the lock does not fit the manifest, instead of making it anew")
	flags.BoolVar(&s.offline, "offline", false, "open no socket: take all kits from the cache; implies --locked")
	flags.BoolVar(&s.dryRun, "dry-run", false, "tell what would be done, and do nothing")
	flags.BoolVar(&s.force, "force", false, "replace files that were edited, or that sync did not write")
	flags.BoolVar(&s.allowUnverified, "allow-unverified", false, "lock a kit for which nobody named a digest")
	flags.Var(&s.fileMode, "file-mode", "give installed files the permissions `OCTAL`")
	flags.Var(&s.folderMode, "dir-mode", "give folders that are made the permissions `OCTAL`")
	offer(cmd, "target", folders)
	offer(cmd, "file-mode", words("0644", "0664", "0640", "0660"))
	offer(cmd, "dir-mode", words("0755", "0775", "0750", "0770"))
	return cmd
}

func (s *syncing) run(ctx context.Context, _ []string) (err error) {
	if s.dir == "" {
		return usagef("sync", "--target is missing: the directory to install into")
	}
	k, err := s.cli.openSupply(s.offline)
	if err != nil {
		return err
	}
	result, made, err := s.sync(ctx, k)
	if err != nil && result.LockWritten {
		err = fmt.Errorf("%s was written; installing it failed: %w", result.Lock, err)
	}
	err = errors.Join(err, k.close())
	if made != nil {
		s.cli.notices(made)
	}
	if err != nil {
		return err
	}
	return s.cli.print(result)
}

// sync returns the result also with an error: what was done until then.
func (s *syncing) sync(ctx context.Context, k *supply) (*syncResult, *resolve.Resolution, error) {
	result := &syncResult{Lock: s.cli.lockPath(), LockChanges: []lockfile.Change{}}
	wanted, made, err := s.wanted(ctx, k, result)
	if err != nil {
		return result, made, err
	}
	folders := newFolders(filepath.Dir(filepath.Clean(s.dir))) // it removes the target itself
	report, err := install.Sync(ctx, install.Options{
		Dir: s.dir, Lock: wanted, Source: k.archives, Force: s.force, DryRun: s.dryRun,
		Waiting:  func() { s.cli.note("waiting for another sync of %s to end", s.dir) },
		FileMode: fs.FileMode(s.fileMode), FolderMode: fs.FileMode(s.folderMode),
	})
	if err != nil {
		removeEmpty(folders)
		return result, made, err
	}
	if report.Unlocked != "" {
		s.cli.note("warning: %s cannot be locked (%s): make sure that no other sync works on it", s.dir, report.Unlocked)
	}
	result.Report = *report
	return result, made, nil
}

// wanted returns the lock to install. One that does not fit the manifest is made
// anew, and with it the resolution is returned.
func (s *syncing) wanted(ctx context.Context, k *supply, result *syncResult) (*lockfile.Lock, *resolve.Resolution, error) {
	if s.locked || s.offline {
		l, err := s.cli.pinned()
		return l, nil, err
	}
	m, err := s.cli.readManifest()
	if err != nil {
		return nil, nil, err
	}
	old, err := s.cli.readLock()
	if err != nil {
		return nil, nil, err
	}
	if lockfile.Check(m, old) == nil {
		return old, nil, nil
	}
	made, err := k.resolver().Resolve(ctx, m, old, resolve.Options{AllowUnverified: s.allowUnverified})
	if err != nil {
		return nil, nil, err
	}
	result.LockChanges = lockfile.Compare(old, made.Lock)
	if !s.dryRun {
		result.LockWritten, err = lockfile.Save(s.cli.lockPath(), made.Lock)
	}
	return made.Lock, made, err
}

// mode is a flag with permissions in octal.
type mode fs.FileMode

func (m *mode) String() string { return fmt.Sprintf("%04o", uint32(*m)) }

func (m *mode) Type() string { return "octal" }

// Set takes what the owner can still read and write; other bits than those of
// permission have no business on files that came from outside.
func (m *mode) Set(s string) error {
	bits, err := strconv.ParseUint(strings.TrimPrefix(s, "0o"), 8, 32)
	if err != nil || bits&^0o777 != 0 || bits&0o600 != 0o600 {
		return errors.New("use octal permissions that let the owner read and write, such as 0644 or 0775")
	}
	*m = mode(bits)
	return nil
}
