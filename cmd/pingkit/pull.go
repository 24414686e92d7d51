package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
)

type pullResult struct {
	Path          string   `json:"path"`
	Bytes         int64    `json:"bytes"`
	SHA256        string   `json:"sha256"`
	VerifiedBy    []string `json:"verified_by"` // empty: nobody named a digest
	Reused        bool     `json:"reused"`      // the file was there already
	Integration   string   `json:"integration"`
	IntegrationID string   `json:"integration_id"`
	Version       string   `json:"version"`
	VersionID     string   `json:"version_id"`
	Layout        string   `json:"layout"`
	FileCount     int      `json:"file_count"`
}

func (r *pullResult) text(w *textWriter) {
	how := "verified by " + commas(r.VerifiedBy)
	if len(r.VerifiedBy) == 0 {
		how = "NOT VERIFIED: nobody named a digest"
	}
	if r.Reused {
		how += "; the file was there already"
	}
	w.pairs(
		[2]string{"kit", r.Integration + " " + r.Version},
		[2]string{"path", r.Path},
		[2]string{"size", size(r.Bytes)},
		[2]string{"sha256", r.SHA256},
		[2]string{"digest", how},
		[2]string{"contents", count(r.FileCount, "file")},
		[2]string{"layout", r.Layout},
	)
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
		Long: documented(`Downloads the kit of an integration into a directory. The file appears under its
name when all of it is there and has every digest that is known; until then, and
after a failure, there is nothing. VERSION is a number, an id, a range such as
">=2.24 <3", or latest (the default), which is the highest number with a kit.`, &pullResult{}),
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
	flags.BoolVar(&p.allowUnverified, "allow-unverified", false, "accept a kit for which nobody named a digest")
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
		// As from a variable that is not set: silently the newest would be a surprise.
		return usagef("pull", "%q names no version after the @; leave it out for the newest", args[0])
	}
	if p.sha256 != "" {
		if _, err := download.ParseDigest(p.sha256); err != nil {
			return usagef("pull", "--sha256 is %v", err)
		}
	}
	dir, base, err := p.cli.downloadDir(p.dir)
	if err != nil {
		return err
	}
	request, result, err := p.cli.find(ctx, name, want)
	if err != nil {
		return err
	}
	request.Dir, request.Base, request.ExpectedSHA256, request.PinnedBy = dir, base, p.sha256, "--sha256"
	request.AllowUnverified, request.Overwrite = p.allowUnverified, p.overwrite
	show := p.cli.bar()
	made := newFolders(dir)
	file, err := p.cli.app.Fetcher.Fetch(ctx, request, show.step)
	show.end()
	if err != nil {
		removeEmpty(made)
		return err
	}
	if !p.cli.draws && !file.Reused {
		p.cli.note("fetched %s, %s", filepath.Base(file.Path), size(file.Bytes))
	}
	result.Path, result.Bytes, result.SHA256 = file.Path, file.Bytes, file.SHA256
	result.VerifiedBy, result.Reused = present(file.VerifiedBy), file.Reused
	if err := result.describe(); err != nil {
		return err
	}
	return p.cli.print(result)
}

// find asks the catalog which kit is meant.
func (c *cli) find(ctx context.Context, name, want string) (download.Request, *pullResult, error) {
	services, err := c.services()
	if err != nil {
		return download.Request{}, nil, err
	}
	choice, err := services.Catalog.Choose(ctx, c.environment, name, want)
	if err != nil {
		return download.Request{}, nil, err
	}
	environment, integration, version := choice.Environment, choice.Integration, choice.Version
	return download.Request{
			Environment: environment, IntegrationID: integration.ID, VersionID: version.ID,
			IntegrationName: integration.Name, VersionNumber: version.Number,
		}, &pullResult{
			Integration: integration.Name, IntegrationID: integration.ID,
			Version: version.Number, VersionID: version.ID,
		}, nil
}

// describe looks at the archive's directory, and refuses one that is unsafe.
func (r *pullResult) describe() error {
	archive, err := kitzip.Open(r.Path)
	if err != nil {
		return err
	}
	r.Layout, r.FileCount = archive.Layout().Describe(), len(archive.Files())
	return archive.Close()
}

// splitVersion takes NAME@VERSION apart. A name may hold an @ itself, as long as
// a version follows.
func splitVersion(s string) (name, version string) {
	if i := strings.LastIndex(s, "@"); i >= 0 {
		return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
	}
	return strings.TrimSpace(s), ""
}

// downloadDir is where a download goes: dir, or the download directory. Where
// the settings name a download directory nothing may leave it, and it is base.
func (c *cli) downloadDir(dir string) (whole, base string, err error) {
	if dir == "" {
		return c.config.DownloadDir, "", nil
	}
	if !c.config.DownloadDirIsSet() {
		return dir, "", nil
	}
	if base, err = filepath.Abs(c.config.DownloadDir); err != nil {
		return "", "", err
	}
	if whole, err = filepath.Abs(dir); err != nil {
		return "", "", err
	}
	below, err := filepath.Rel(base, whole) // fails for another drive
	if err != nil || !filepath.IsLocal(below) {
		return "", "", fmt.Errorf("%s is %w %s, which PINGKIT_DOWNLOAD_DIR sets", dir, download.ErrOutside, base)
	}
	whole, err = download.Within(base, below)
	return whole, base, err
}
