package tools

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"pingkit/internal/kit"
	"pingkit/internal/plaintext"
)

// jarsShown is how many jars an answer names.
const jarsShown = 40

// kitContents is what is in a kit, in short.
type kitContents struct {
	Layout    string   `json:"layout"`
	FileCount int      `json:"file_count"`
	Jars      []string `json:"jars"`
}

// inspect verifies the kit at file, tells what is in it and, if asked to,
// unpacks it into the directory beside it that has its name.
func inspect(ctx context.Context, file string, extract, overwrite bool) (contents kitContents, extractedTo string, err error) {
	archive, err := kit.Open(file)
	if err != nil {
		return contents, "", err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	if _, err := archive.Verify(ctx); err != nil {
		return contents, "", err
	}
	summary, err := archive.Summary(kit.PlaceOptions{})
	if err != nil {
		return contents, "", err
	}
	contents = kitContents{Layout: string(summary.Layout), FileCount: summary.Files, Jars: []string{}}
	for _, jar := range summary.Jars[:min(jarsShown, len(summary.Jars))] {
		contents.Jars = append(contents.Jars, plaintext.Line(path.Base(jar.Path), 120))
	}
	if !extract {
		return contents, "", nil
	}
	extractedTo = strings.TrimSuffix(file, filepath.Ext(file))
	return contents, extractedTo, unpack(ctx, archive, filepath.Dir(file), filepath.Base(extractedTo), overwrite)
}

// unpack extracts all files into the directory name of dir. The root keeps a
// symbolic link of that name from leading elsewhere.
func unpack(ctx context.Context, archive *kit.Archive, dir, name string, overwrite bool) (err error) {
	parent, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	made := true
	if err := parent.Mkdir(name, 0o755); errors.Is(err, fs.ErrExist) {
		made = false
	} else if err != nil {
		return err
	}
	root, err := parent.OpenRoot(name)
	if err != nil {
		return err
	}
	_, err = archive.Extract(ctx, root, archive.All(), kit.ExtractOptions{Overwrite: overwrite})
	err = errors.Join(err, root.Close())
	if err != nil && made {
		return errors.Join(err, parent.Remove(name))
	}
	return err
}
