package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// serverDetail is server.json: it describes the bundles in a directory as the assets of the GitHub release of version. The registry
// accepts bundles from few hosts, and GitHub is where the release is made (see .goreleaser.yaml).
func serverDetail(repository, name, version, bundles string) (object, error) {
	address, err := url.Parse(repository)
	if err != nil || address.Scheme != "https" || address.Host != "github.com" {
		return nil, fmt.Errorf("the repository %q is not an address such as https://github.com/OWNER/pingkit", repository)
	}
	files, err := filepath.Glob(filepath.Join(bundles, bundleName(version, "*", "*")))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no bundle of version %s", bundles, version)
	}
	var variables, packages []object
	for _, s := range desktopSettings() {
		format := "string"
		switch {
		case s.Switch:
			format = "boolean"
		case readsFile(s):
			format = "filepath"
		}
		variables = append(variables, object{"name": s.Name, "description": describe(s), "format": format, "isRequired": false, "isSecret": s.Secret})
	}
	slices.Sort(files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		packages = append(packages, object{
			"registryType": "mcpb", "identifier": address.JoinPath("releases/download", "v"+version, filepath.Base(file)).String(),
			"fileSha256": hex.EncodeToString(sum[:]), "transport": object{"type": "stdio"}, "environmentVariables": variables,
		})
	}
	return object{
		"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
		"name":    name, "title": displayName, "description": summary, "version": version,
		"repository": object{"url": repository, "source": "github"}, "packages": packages,
	}, nil
}
