package tools

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/sanitize"
)

const (
	// historyShown is how many promotions a resource shows.
	historyShown = 100
	// filesShown is how many files of a kit a resource lists.
	filesShown = 500
	// textShown is how large a file of a kit may be to be read, in bytes.
	textShown = 256 << 10
)

// ReadApplication returns an application, by id or name, with its newest
// promotions, as get_application answers.
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

// kitListing is the listing of a kit's contents.
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

// ReadKit lists the files of a kit. The kit is downloaded into the download
// directory unless it is there already.
func ReadKit(ctx context.Context, d *Deps, integration, version string) (any, error) {
	if err := require(ctx, KitsRead); err != nil {
		return nil, err
	}
	file, err := fetchKit(ctx, d, downloadAssetParams{Integration: integration, Version: version}, false)
	if err != nil {
		return nil, err
	}
	listing, err := listKit(ctx, file)
	if err != nil {
		return nil, &keptError{path: file.Path, sha256: file.SHA256, err: err}
	}
	return listing, nil
}

func listKit(ctx context.Context, file kitFile) (listing *kitListing, err error) {
	archive, err := within(file, kitzip.OpenIn)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	if _, err := archive.Verify(ctx); err != nil {
		return nil, err
	}
	files := archive.Files()
	shown := files[:min(filesShown, len(files))]
	for i := range shown {
		shown[i].Path = sanitize.Line(shown[i].Path, 0)
	}
	return &kitListing{
		Integration: file.integration, Version: file.version, Path: file.Path, Bytes: file.Bytes, SHA256: file.SHA256,
		Layout: archive.Layout().Describe(), Files: shown, MoreFiles: len(files) - len(shown),
	}, nil
}

// ReadKitFile returns the text of a file in a kit. The kit is downloaded into
// the download directory unless it is there already. The text is a third
// party's; characters that hide or reorder what is read are left out.
func ReadKitFile(ctx context.Context, d *Deps, integration, version, path string) (text string, err error) {
	file, err := fetchKit(ctx, d, downloadAssetParams{Integration: integration, Version: version}, false)
	if err != nil {
		return "", err
	}
	archive, err := within(file, kitzip.OpenIn)
	if err != nil {
		return "", &keptError{path: file.Path, sha256: file.SHA256, err: err}
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	text, whole, err := archive.ReadText(path, textShown)
	shown := sanitize.Line(path, 200)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s %s has no file %q; the resource without /files lists them", file.integration, file.version, shown)
	case errors.Is(err, kitzip.ErrNotText):
		return "", fmt.Errorf("%q is no text; download_asset brings the whole kit", shown)
	case err != nil:
		return "", err
	case !whole:
		return "", fmt.Errorf("%q is larger than %d KiB; download_asset brings the whole kit", shown, textShown>>10)
	}
	return sanitize.Text(text), nil
}
