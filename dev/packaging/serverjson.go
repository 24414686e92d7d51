package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/config"
)

// registrySchema is the format of server.json that the MCP registry accepts.
const registrySchema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"

type serverDetail struct {
	Schema      string            `json:"$schema"`
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Repository  repository        `json:"repository"`
	Version     string            `json:"version"`
	Packages    []registryPackage `json:"packages"`
}

type repository struct {
	URL    string `json:"url"`
	Source string `json:"source"`
}

type registryPackage struct {
	RegistryType string     `json:"registryType"`
	Identifier   string     `json:"identifier"`
	FileSHA256   string     `json:"fileSha256"`
	Transport    transport  `json:"transport"`
	Environment  []variable `json:"environmentVariables"`
}

type transport struct {
	Type string `json:"type"`
}

type variable struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Format      string `json:"format"`
	IsRequired  bool   `json:"isRequired"`
	IsSecret    bool   `json:"isSecret"`
}

func serverJSONCommand() *cobra.Command {
	var home, name, version, bundles string
	cmd := &cobra.Command{
		Use:   "server-json",
		Short: "Print server.json for a release that holds the bundles",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			detail, err := newServerDetail(home, name, version, bundles)
			if err != nil {
				return err
			}
			content, err := encode(detail)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(content)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&home, "repository", "", "where the release is, such as https://github.com/OWNER/pingkit")
	flags.StringVar(&name, "name", "", "in the registry, such as io.github.OWNER/pingkit")
	flags.StringVar(&version, "version", "", "without a leading v")
	flags.StringVar(&bundles, "bundles", "", "directory of the release's bundles")
	return required(cmd, "repository", "name", "version", "bundles")
}

// newServerDetail describes the bundles in a directory as the assets of the
// GitHub release of version. The registry takes bundles from few hosts, and
// GitHub is where the release is made (see .goreleaser.yaml).
func newServerDetail(home, name, version, bundles string) (*serverDetail, error) {
	address, err := url.Parse(home)
	if err != nil || address.Scheme != "https" || address.Host != "github.com" {
		return nil, fmt.Errorf("the repository %q is not an address such as https://github.com/OWNER/pingkit", home)
	}
	detail := &serverDetail{
		Schema:      registrySchema,
		Name:        name,
		Title:       displayName,
		Description: summary,
		Repository:  repository{URL: home, Source: "github"},
		Version:     version,
	}
	files, err := filepath.Glob(filepath.Join(bundles, bundleName(version, "*", "*")))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no bundle of version %s", bundles, version)
	}
	slices.Sort(files)
	for _, file := range files {
		sum, err := hashFile(file)
		if err != nil {
			return nil, err
		}
		detail.Packages = append(detail.Packages, registryPackage{
			RegistryType: "mcpb",
			Identifier:   address.JoinPath("releases/download", "v"+version, filepath.Base(file)).String(),
			FileSHA256:   sum,
			Transport:    transport{Type: "stdio"},
			Environment:  variables(),
		})
	}
	return detail, nil
}

func variables() []variable {
	var list []variable
	for _, s := range desktopSettings() {
		list = append(list, variable{Name: s.Name, Description: describe(s), Format: format(s), IsSecret: s.Secret})
	}
	return list
}

func format(s config.Setting) string {
	switch {
	case s.Switch:
		return "boolean"
	case readsFile(s):
		return "filepath"
	}
	return "string"
}

func hashFile(path string) (sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
