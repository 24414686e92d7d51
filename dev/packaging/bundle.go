package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

const (
	displayName = "pingkit: PingOne kits and PingCentral"
	// summary is at most 100 characters long, as the MCP registry requires.
	summary = "Find and fetch PingOne integration kits; promote and revert PingCentral applications."
)

// object is a JSON object.
type object = map[string]any

// manifest describes a bundle, in the format that current clients read
// (https://github.com/anthropics/mcpb/blob/main/MANIFEST.md).
type manifest struct {
	ManifestVersion  string                `json:"manifest_version"`
	Name             string                `json:"name"`
	DisplayName      string                `json:"display_name"`
	Version          string                `json:"version"`
	Description      string                `json:"description"`
	Author           object                `json:"author"`
	License          string                `json:"license"`
	Keywords         []string              `json:"keywords"`
	Server           server                `json:"server"`
	Tools            []tool                `json:"tools"`
	PromptsGenerated bool                  `json:"prompts_generated"`
	Compatibility    object                `json:"compatibility"`
	UserConfig       map[string]userConfig `json:"user_config"`
}

type server struct {
	Type       string    `json:"type"`
	EntryPoint string    `json:"entry_point"`
	MCPConfig  mcpConfig `json:"mcp_config"`
}

type mcpConfig struct {
	Command string            `json:"command"`
	Args    []string          `json:"args"`
	Env     map[string]string `json:"env"`
}

type tool struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

type userConfig struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
	Sensitive   bool   `json:"sensitive,omitempty"`
	// Default is always set: without one, a client passes the placeholder itself on. The program ignores an empty variable.
	Default any `json:"default"`
}

// newManifest describes the bundle of the program for goos, as Go names it.
func newManifest(version, goos string) (manifest, error) {
	platform, known := map[string]string{"linux": "linux", "darwin": "darwin", "windows": "win32"}[goos]
	if !known {
		return manifest{}, fmt.Errorf("bundles are for linux, darwin and windows, not for %q", goos)
	}
	entryPoint := "server/mcp-server"
	if goos == "windows" {
		entryPoint += ".exe"
	}
	m := manifest{
		ManifestVersion: "0.3", Name: "pingkit", DisplayName: displayName, Version: version, Description: summary,
		Author: object{"name": "The pingkit authors"}, License: "Apache-2.0",
		Keywords: []string{"pingone", "pingcentral", "pingfederate", "integration kits"},
		Server: server{Type: "binary", EntryPoint: entryPoint, MCPConfig: mcpConfig{
			Command: "${__dirname}/" + entryPoint, Args: []string{"stdio"}, Env: map[string]string{},
		}},
		PromptsGenerated: true, Compatibility: object{"platforms": []string{platform}}, UserConfig: map[string]userConfig{},
	}
	for _, t := range tools.All() {
		m.Tools = append(m.Tools, tool{Name: t.Name, Description: t.Description})
	}
	for _, s := range desktopSettings() {
		key := strings.ToLower(s.Name)
		m.UserConfig[key] = newUserConfig(s)
		m.Server.MCPConfig.Env[s.Name] = "${user_config." + key + "}"
	}
	return m, nil
}

func newUserConfig(s config.Setting) userConfig {
	c := userConfig{Type: "string", Title: title(s.Name), Description: describe(s), Sensitive: s.Secret, Default: ""}
	switch {
	case s.Switch:
		c.Type, c.Default = "boolean", false
	case strings.HasSuffix(s.Name, "_DIR"):
		c.Type = "directory"
	case readsFile(s):
		c.Type = "file"
	}
	return c
}

// bundleName is the file name of a platform's bundle.
func bundleName(version, goos, goarch string) string {
	return fmt.Sprintf("pingkit_%s_%s_%s.mcpb", version, goos, goarch)
}

// writeBundle writes the bundle to path: the manifest, the program, and the license files of root. The same inputs give the same bytes.
func writeBundle(path, binary, version, goos, root string) (err error) {
	m, err := newManifest(version, goos)
	if err != nil {
		return err
	}
	content, err := encode(m)
	if err != nil {
		return err
	}
	type entry struct {
		name    string
		mode    os.FileMode // clients keep it when they unpack
		content []byte
	}
	entries := []entry{{name: "manifest.json", mode: 0o644, content: content}}
	for _, from := range []struct {
		path, name string
		mode       os.FileMode
	}{
		{binary, m.Server.EntryPoint, 0o755},
		{filepath.Join(root, "LICENSE"), "LICENSE", 0o644},
		{filepath.Join(root, "THIRD_PARTY_NOTICES"), "THIRD_PARTY_NOTICES", 0o644},
	} {
		content, err := os.ReadFile(from.path)
		if err != nil {
			return err
		}
		entries = append(entries, entry{from.name, from.mode, content})
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(e.mode)
		w, err := archive.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := w.Write(e.content); err != nil {
			return err
		}
	}
	return archive.Close()
}
