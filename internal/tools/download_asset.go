package tools

import (
	"context"
	"net/url"
	"path"
	"path/filepath"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sanitize"
)

func downloadAssetTool() Tool {
	return declare(Tool{
		Name:        "download_asset",
		Title:       "Download a kit",
		Description: "Downloads a PingOne integration kit into the server's download directory and verifies it.",
		Example:     "Download the latest PingID Integration Kit and unpack it.",
		Scopes:      []Scope{KitsRead},
		Hints:       Hints{Destructive: true, Idempotent: true, OpenWorld: true}, // overwrite replaces files
	}, downloadAsset)
}

type downloadAssetParams struct {
	Integration    string `json:"integration" arg:"required" doc:"ID or name"`
	Version        string `json:"version" arg:"number" doc:"number, ID or latest (default): newest with a kit"`
	Environment    string `json:"environment"`
	Directory      string `json:"directory" doc:"below that directory"`
	Extract        bool   `json:"extract" doc:"unpack beside the zip"`
	ExpectedSHA256 string `json:"expected_sha256"`
	Overwrite      bool   `json:"overwrite" doc:"replace other files"`
}

type downloadAssetResult struct {
	Path         string      `json:"path"`
	Bytes        int64       `json:"bytes"`
	SHA256       string      `json:"sha256"`
	DigestSource string      `json:"digest_source"`
	Integration  string      `json:"integration"`
	Version      string      `json:"version"`
	Contents     kitContents `json:"contents"`
	Notes        []string    `json:"notes,omitempty"`
	ExtractedTo  string      `json:"extracted_to,omitempty"`
	ContentsURI  string      `json:"contents_uri"`
	DownloadURL  string      `json:"download_url,omitempty"`
}

// kitContents summarizes the archive of a kit.
type kitContents struct {
	Layout    string   `json:"layout"`
	FileCount int      `json:"file_count"`
	Jars      []string `json:"jars"`
	MoreJars  int      `json:"more_jars,omitempty"`
}

// jarsShown is how many jars a result names; real kits have fewer.
const jarsShown = 25

func downloadAsset(ctx context.Context, d *Deps, p downloadAssetParams) (*downloadAssetResult, error) {
	progress := ProgressOf(ctx)
	kit, err := d.Kits.Get(ctx, download.Order{
		Environment: p.Environment, Integration: p.Integration, Version: p.Version,
		Directory: p.Directory, Extract: p.Extract, ExpectedSHA256: p.ExpectedSHA256, Overwrite: p.Overwrite,
	}, func(step download.Progress) { progress(step.Done, step.Total, step.Name) })
	if err != nil {
		return nil, err
	}
	result := &downloadAssetResult{
		Path: kit.Path, Bytes: kit.Bytes, SHA256: kit.SHA256, DigestSource: kit.DigestSource(),
		Integration: kit.Integration, Version: kit.Version, Contents: contentsOf(kit.Contents),
		Notes: kit.Notes, ExtractedTo: kit.ExtractedTo, ContentsURI: contentsURI(kit.KitID),
	}
	if remote, ok := ctx.Value(remoteKey{}).(Remote); ok {
		result.addRemote(remote(ctx, kit.Order(), filepath.Base(kit.Path)))
	}
	return result, nil
}

func contentsOf(from *download.Contents) kitContents {
	to := kitContents{
		Layout: from.Layout.Describe(), FileCount: from.Files,
		Jars: []string{}, MoreJars: max(0, len(from.Jars)-jarsShown),
	}
	for _, jar := range from.Jars[:min(jarsShown, len(from.Jars))] {
		to.Jars = append(to.Jars, sanitize.Line(path.Base(jar.Path), 120))
	}
	return to
}

// contentsURI is the resource that lists the files of a kit.
func contentsURI(kit catalog.KitID) string {
	return "pingkit://kits/" + url.PathEscape(kit.IntegrationID) + "/" + url.PathEscape(kit.VersionID)
}

// Remote makes the URL under which the caller of ctx can download the kit of an
// order until it expires. An empty URL means that there is none.
type Remote func(ctx context.Context, order download.Order, fileName string) (address string, expires time.Time)

type remoteKey struct{}

// WithRemote returns a context of a call from another machine, where a path on
// this one has no use.
func WithRemote(ctx context.Context, r Remote) context.Context {
	return context.WithValue(ctx, remoteKey{}, r)
}

// addRemote says how a caller on another machine gets the file.
func (r *downloadAssetResult) addRemote(address string, expires time.Time) {
	note := "The file is on the server, not on the machine of the user."
	if address != "" {
		r.DownloadURL = address
		note += " download_url serves it until " + expires.UTC().Format(time.RFC3339) + ", to the caller of this tool alone: send the same authorization."
	}
	r.Notes = append(r.Notes, note)
}
