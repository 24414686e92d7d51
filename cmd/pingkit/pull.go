package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
)

type pullResult struct {
	Path         string   `json:"path"`
	Bytes        int64    `json:"bytes"`
	SHA256       string   `json:"sha256"`
	VerifiedBy   []string `json:"verified_by"` // sources of digests that match; empty: not verified
	DigestSource string   `json:"digest_source"`
	Reused       bool     `json:"reused"` // the file was there already
	catalog.KitID
	Layout    string   `json:"layout"`
	FileCount int      `json:"file_count"`
	Notes     []string `json:"notes,omitempty"`
}

func (r *pullResult) text(w *textWriter) {
	digest := r.DigestSource
	if r.Reused {
		digest += "; the file was there already"
	}
	w.pairs(
		[2]string{"kit", r.KitID.String()},
		[2]string{"path", r.Path},
		[2]string{"size", size(r.Bytes)},
		[2]string{"sha256", r.SHA256},
		[2]string{"digest", digest},
		[2]string{"contents", count(r.FileCount, "file")},
		[2]string{"layout", r.Layout},
	)
	for _, note := range r.Notes {
		w.line("note: %s", note)
	}
}

type pull struct {
	cli                        *cli
	dir, sha256                string
	allowUnverified, overwrite bool
}

func (c *cli) pullCommand() *cobra.Command {
	p := pull{cli: c}
	cmd := &cobra.Command{
		Use:     "pull NAME[@VERSION]",
		Short:   "Download one kit, verified",
		GroupID: groupKits,
		Long: documented(`Downloads the kit of an integration into a directory. The file gets its name after
all its bytes match every known digest and every file in the archive is sound. A
failed download leaves nothing. VERSION is a number, an ID, a range such as
">=2.24 <3", or latest (the default), which is the newest version with a kit.`, &pullResult{}),
		Example: `  pingkit pull "PingID Integration Kit"
  pingkit pull pf-pingid-integration-kit@2.24.0 --dir kits
  pingkit pull "Slack Connector@3.0.2" --sha256 "$(cat slack.sha256)"`,
		Args:              takes("NAME[@VERSION]"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              c.runs(p.run),
	}
	flags := cmd.Flags()
	flags.StringVar(&p.dir, "dir", "", "put the file into `DIR` (default: the download directory of the settings)")
	flags.StringVar(&p.sha256, "sha256", "", "the digest that the kit must have, as `HEX`")
	flags.BoolVar(&p.allowUnverified, "allow-unverified", false, "accept a kit without any digest")
	flags.BoolVar(&p.overwrite, "overwrite", false, "replace another file of the same name")
	offer(cmd, "dir", folders)
	offer(cmd, "sha256", cobra.NoFileCompletions)
	return cmd
}

func (p *pull) run(ctx context.Context, args []string) error {
	name, want := splitVersion(args[0])
	if name == "" {
		return usagef("pull", "%q names no integration", args[0])
	}
	if want == "" && strings.HasSuffix(args[0], "@") {
		// A variable that is not set must not mean the newest version.
		return usagef("pull", "%q names no version after the @; leave it out for the newest", args[0])
	}
	if p.sha256 != "" {
		if _, err := download.ParseDigest(p.sha256); err != nil {
			return usagef("pull", "--sha256 is %v", err)
		}
	}
	services, err := p.cli.services()
	if err != nil {
		return err
	}
	kits := *services.Kits
	order := download.Order{
		Environment: p.cli.environment, Integration: name, Version: want, ExpectedSHA256: p.sha256, PinnedBy: "--sha256",
		AllowUnverified: p.allowUnverified, Overwrite: p.overwrite,
	}
	if kits.Dir, order.Directory, err = p.cli.downloadDir(p.dir); err != nil {
		return err
	}
	show := p.cli.bar()
	made := newFolders(filepath.Join(kits.Dir, order.Directory))
	kit, err := kits.Get(ctx, order, show.step)
	show.end()
	if err != nil {
		removeEmpty(made)
		return err
	}
	if !p.cli.draws && !kit.Reused {
		p.cli.note("fetched %s, %s", filepath.Base(kit.Path), size(kit.Bytes))
	}
	return p.cli.print(&pullResult{
		Path: kit.Path, Bytes: kit.Bytes, SHA256: kit.SHA256, VerifiedBy: present(kit.VerifiedBy), DigestSource: kit.DigestSource(),
		Reused: kit.Reused, KitID: kit.KitID, Layout: kit.Contents.Layout.Describe(), FileCount: kit.Contents.Files, Notes: kit.Notes,
	})
}

// splitVersion takes NAME@VERSION apart. A name may hold an @ itself, as long as
// a version follows.
func splitVersion(s string) (name, version string) {
	if i := strings.LastIndex(s, "@"); i >= 0 {
		return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
	}
	return strings.TrimSpace(s), ""
}

// downloadDir returns the directory that no download leaves, and the directory
// below it that dir means. dir may be anywhere, unless the settings name a
// download directory; empty means the download directory.
func (c *cli) downloadDir(dir string) (base, below string, err error) {
	if dir == "" {
		return c.config.DownloadDir, "", nil
	}
	if !c.config.DownloadDirIsSet() {
		return dir, "", nil
	}
	if base, err = filepath.Abs(c.config.DownloadDir); err != nil {
		return "", "", err
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return "", "", err
	}
	below, err = filepath.Rel(base, whole) // fails for another drive
	if err != nil || !filepath.IsLocal(below) {
		return "", "", fmt.Errorf("%s is %w %s, which PINGKIT_DOWNLOAD_DIR sets", dir, download.ErrOutside, base)
	}
	return base, below, nil
}
