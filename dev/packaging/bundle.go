package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// bundleName is the file name of a platform's bundle.
func bundleName(version, goos, goarch string) string {
	return fmt.Sprintf("pingkit_%s_%s_%s.mcpb", version, goos, goarch)
}

func bundleCommand() *cobra.Command {
	var binary, goos, goarch, version, root, out string
	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "Put the program and its manifest into an MCP bundle",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := os.MkdirAll(out, 0o755); err != nil {
				return err
			}
			return writeBundle(filepath.Join(out, bundleName(version, goos, goarch)), binary, version, goos, root)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&binary, "binary", "", "the built mcp-server")
	flags.StringVar(&goos, "os", "", "what it was built for, as Go names it")
	flags.StringVar(&goarch, "arch", "", "what it was built for, as Go names it")
	flags.StringVar(&version, "version", "", "without a leading v")
	flags.StringVar(&root, "root", ".", "directory of "+strings.Join(licenseFiles, " and "))
	flags.StringVar(&out, "out", "", "directory of the bundle")
	return required(cmd, "binary", "os", "arch", "version", "out")
}

// writeBundle writes the bundle to path: manifest, program and license files.
// The same inputs give the same bytes.
func writeBundle(path, binary, version, goos, root string) (err error) {
	m, err := newManifest(version, goos)
	if err != nil {
		return err
	}
	content, err := encode(m)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()

	archive := zip.NewWriter(file)
	w, err := archive.CreateHeader(header("manifest.json", 0o644))
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	// The mode makes the program executable where a client unpacks it.
	if err := addFile(archive, header(entryPoint(goos), 0o755), binary); err != nil {
		return err
	}
	for _, name := range licenseFiles {
		if err := addFile(archive, header(name, 0o644), filepath.Join(root, name)); err != nil {
			return err
		}
	}
	return archive.Close()
}

// addFile adds the content of the file at path.
func addFile(archive *zip.Writer, h *zip.FileHeader, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	w, err := archive.CreateHeader(h)
	if err == nil {
		_, err = io.Copy(w, file)
	}
	return errors.Join(err, file.Close())
}

func header(name string, mode fs.FileMode) *zip.FileHeader {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	h.SetMode(mode)
	return h
}

// encode returns v as JSON for people to read, with a newline at the end.
func encode(v any) ([]byte, error) {
	content, err := json.MarshalIndent(v, "", "  ")
	return append(content, '\n'), err
}
