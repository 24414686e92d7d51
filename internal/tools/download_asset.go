package tools

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/quota"
)

func downloadAssetTool() Tool {
	return declare(Tool{
		Name:        "download_asset",
		Title:       "Download a kit",
		Description: "Downloads a kit into the server's download directory, verified.",
		Example:     "Download the latest PingID Integration Kit and unpack it.",
		Scopes:      []Scope{KitsRead},
		Hints:       Hints{Destructive: true, Idempotent: true, OpenWorld: true}, // overwrite replaces files
	}, downloadAsset)
}

type downloadAssetParams struct {
	Integration    string `json:"integration" arg:"required" doc:"id or name"`
	Version        string `json:"version" arg:"number" doc:"number, id or latest (default)"`
	Environment    string `json:"environment"`
	Directory      string `json:"directory" doc:"below that directory"`
	Extract        bool   `json:"extract" doc:"unpack beside the zip"`
	ExpectedSHA256 string `json:"expected_sha256"`
	Overwrite      bool   `json:"overwrite" doc:"replace other files"`
}

type downloadAssetResult struct {
	Path        string      `json:"path"`
	Bytes       int64       `json:"bytes"`
	SHA256      string      `json:"sha256"`
	VerifiedBy  []string    `json:"verified_by"`
	Integration string      `json:"integration"`
	Version     string      `json:"version"`
	Contents    kitContents `json:"contents"`
	ExtractedTo string      `json:"extracted_to,omitempty"`
	Note        string      `json:"note,omitempty"`
	DownloadURL string      `json:"download_url,omitempty"`
	ContentsURI string      `json:"contents_uri"` // of the resource that lists what is in the file
}

func downloadAsset(ctx context.Context, d *Deps, p downloadAssetParams) (*downloadAssetResult, error) {
	file, err := fetchKit(ctx, d, p, false)
	if err != nil {
		return nil, err
	}
	result := &downloadAssetResult{
		Path: file.Path, Bytes: file.Bytes, SHA256: file.SHA256, VerifiedBy: present(file.VerifiedBy),
		Integration: file.integration, Version: file.version,
		ContentsURI: "pingkit://kits/" + url.PathEscape(file.ref.Integration) + "/" + url.PathEscape(file.ref.Version),
	}
	result.Contents, result.ExtractedTo, err = inspect(ctx, d.Downloads, file.base, file.Path, p.Extract, p.Overwrite)
	switch {
	case err == nil:
		result.tellRemote(ctx, file)
		return result, nil
	case !file.Reused && (errors.Is(err, kitzip.ErrUnsafe) || errors.Is(err, kitzip.ErrDamaged)):
		return nil, refuse(file, err)
	}
	return nil, &keptError{path: file.Path, sha256: file.SHA256, err: err}
}

// refuse removes a kit that must not be unpacked, which is not left for somebody
// who would. Its error says why, and whether the kit is gone.
func refuse(file kitFile, why error) error {
	_, err := within(file, func(dir *os.Root, name string) (struct{}, error) { return struct{}{}, dir.Remove(name) })
	if err != nil {
		return fmt.Errorf("the download of %s %s was refused: %w; remove %s, as that failed here: %s",
			file.integration, file.version, why, file.Path, fileFault(err))
	}
	return fmt.Errorf("the download of %s %s was refused and removed: %w", file.integration, file.version, why)
}

// kitFile is a kit in the download directory.
type kitFile struct {
	download.Result
	integration, version string
	ref                  KitRef
	base                 string // the download directory
}

// fetchKit finds the version that is meant and downloads its kit, unless the
// file is there already.
func fetchKit(ctx context.Context, d *Deps, p downloadAssetParams, confirmed bool) (kitFile, error) {
	base, err := filepath.Abs(d.DownloadDir)
	if err != nil {
		return kitFile{}, err
	}
	dir, err := download.Within(base, p.Directory)
	if err != nil {
		return kitFile{}, err
	}
	choice, err := d.Catalog.Choose(ctx, p.Environment, p.Integration, p.Version)
	if err != nil {
		return kitFile{}, err
	}
	environment, integration, version := choice.Environment, choice.Integration, choice.Version
	most := d.Fetcher.MaxBytes()
	room, release, err := d.Downloads.Reserve(most)
	if err != nil {
		return kitFile{}, err
	}
	stored := int64(0)
	defer func() { release(stored) }()
	limit := max(1, room) // zero would mean the usual
	if _, err := os.Lstat(filepath.Join(dir, download.FileName(integration.Name, version.Number))); err == nil && !p.Overwrite {
		limit = most // it is used as it is, or refused
	}
	progress := ProgressOf(ctx)
	file, err := d.Fetcher.Fetch(ctx, download.Request{
		Environment: environment, IntegrationID: integration.ID, VersionID: version.ID,
		IntegrationName: integration.Name, VersionNumber: version.Number,
		Dir: dir, Base: base, ExpectedSHA256: p.ExpectedSHA256, Confirmed: confirmed, Overwrite: p.Overwrite,
		MaxBytes: limit,
	}, func(step download.Progress) { progress(step.Done, step.Total, step.Name) })
	if err == nil && !file.Reused {
		stored = file.Bytes
	}
	if room < most && errors.Is(err, download.ErrTooLarge) {
		return kitFile{}, quota.ErrFull
	}
	return kitFile{file, integration.Name, version.Number, KitRef{
		Environment: environment, Integration: integration.ID, Version: version.ID, Directory: p.Directory, SHA256: file.SHA256,
	}, base}, err
}

// keptError is the failure to read or unpack a kit whose file is in order and
// stays where it is.
type keptError struct {
	path, sha256 string
	err          error
}

func (e *keptError) Error() string {
	return "the kit was downloaded to " + e.path + " and verified (sha256 " + e.sha256 + "), but reading or unpacking it failed: " + fileFault(e.err)
}

// fileFault is the text of a failure of the file system without the name of the
// system call.
func fileFault(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok && e.Error() == err.Error() {
		return e.Path + ": " + e.Err.Error()
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok && e.Error() == err.Error() {
		return e.New + ": " + e.Err.Error()
	}
	return err.Error()
}

func (e *keptError) Unwrap() error { return e.err }
