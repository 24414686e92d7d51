package tools

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/sanitize"
)

const (
	historyShown = 100       // promotions in a resource
	filesShown   = 500       // files of a kit in a resource
	textShown    = 256 << 10 // bytes of the largest file of a kit that a resource returns
)

// ReadApplication returns an application, by ID or name, with its newest
// promotions, in the form of get_application.
func ReadApplication(ctx context.Context, d *Deps, idOrName string) (any, error) {
	if err := require(ctx, AppsRead); err != nil {
		return nil, err
	}
	return getApplication(ctx, d, getApplicationParams{Application: idOrName})
}

// ReadHistory returns the promotions of an application, newest first.
func ReadHistory(ctx context.Context, d *Deps, idOrName string) (any, error) {
	if err := require(ctx, AppsRead); err != nil {
		return nil, err
	}
	view, err := d.Promotion.Application(ctx, idOrName, historyShown)
	if err != nil {
		return nil, err
	}
	application := applicationOf(view)
	return struct {
		ID              string         `json:"id"`
		Name            string         `json:"name"`
		Promotions      []PromotionRow `json:"promotions"`
		OlderPromotions int            `json:"older_promotions,omitempty"`
	}{application.ID, application.Name, application.Promotions, application.OlderPromotions}, nil
}

// OpenKit opens the file of a kit for a download link. It downloads the kit if
// this replica does not have it. The caller closes the file.
func OpenKit(ctx context.Context, d *Deps, order download.Order) (*os.File, error) {
	if err := require(ctx, KitsRead); err != nil {
		return nil, err
	}
	return d.Kits.Open(ctx, order)
}

// kitListing lists the files of a kit.
type kitListing struct {
	Integration string        `json:"integration"`
	Version     string        `json:"version"`
	Path        string        `json:"path"`
	Bytes       int64         `json:"bytes"`
	SHA256      string        `json:"sha256"`
	Layout      string        `json:"layout"`
	Files       []kitzip.File `json:"files"`
	MoreFiles   int           `json:"more_files,omitempty"`
}

// ReadKit lists the files of a kit. It downloads the kit unless the download
// directory has it.
func ReadKit(ctx context.Context, d *Deps, integration, version string) (listing any, err error) {
	if err := require(ctx, KitsRead); err != nil {
		return nil, err
	}
	kit, archive, err := d.Kits.OpenArchive(ctx, download.Order{Integration: integration, Version: version})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	if _, err := archive.Verify(ctx); err != nil {
		return nil, &download.ExtractError{Path: kit.Path, SHA256: kit.SHA256, Err: err}
	}
	files := archive.Files()
	shown := files[:min(filesShown, len(files))]
	for i := range shown {
		shown[i].Path = sanitize.Line(shown[i].Path, 0)
	}
	return &kitListing{
		Integration: kit.Integration, Version: kit.Version, Path: kit.Path, Bytes: kit.Bytes, SHA256: kit.SHA256,
		Layout: archive.Layout().Describe(), Files: shown, MoreFiles: len(files) - len(shown),
	}, nil
}

// ReadKitFile returns the text of a file in a kit. It downloads the kit unless the
// download directory has it. A third party wrote the text; characters that hide or
// reorder it are removed.
func ReadKitFile(ctx context.Context, d *Deps, integration, version, path string) (text string, err error) {
	if err := require(ctx, KitsRead); err != nil {
		return "", err
	}
	kit, archive, err := d.Kits.OpenArchive(ctx, download.Order{Integration: integration, Version: version})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	text, whole, err := archive.ReadText(path, textShown)
	shown := sanitize.Line(path, 200)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s has no file %q; the resource without /files lists them", kit.KitID, shown)
	case errors.Is(err, kitzip.ErrNotText):
		return "", fmt.Errorf("%q is not text; download_asset downloads the whole kit", shown)
	case err != nil:
		return "", err
	case !whole:
		return "", fmt.Errorf("%q is larger than %d KiB; download_asset downloads the whole kit", shown, textShown>>10)
	}
	return sanitize.Text(text), nil
}
