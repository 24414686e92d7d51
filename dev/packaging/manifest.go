package main

import (
	"fmt"
	"strings"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

// manifestVersion is the format of MCP bundles that current clients read
// (https://github.com/anthropics/mcpb/blob/main/MANIFEST.md).
const manifestVersion = "0.3"

const (
	displayName = "pingkit: PingOne kits and PingCentral"
	// summary is at most 100 characters long, which is what the MCP registry takes.
	summary = "Find and fetch PingOne integration kits; promote and revert PingCentral applications."
)

type manifest struct {
	ManifestVersion  string                `json:"manifest_version"`
	Name             string                `json:"name"`
	DisplayName      string                `json:"display_name"`
	Version          string                `json:"version"`
	Description      string                `json:"description"`
	Author           author                `json:"author"`
	License          string                `json:"license"`
	Keywords         []string              `json:"keywords"`
	Server           server                `json:"server"`
	Tools            []tool                `json:"tools"`
	PromptsGenerated bool                  `json:"prompts_generated"`
	Compatibility    compatibility         `json:"compatibility"`
	UserConfig       map[string]userConfig `json:"user_config"`
}

type author struct {
	Name string `json:"name"`
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

type compatibility struct {
	Platforms []string `json:"platforms"`
}

type userConfig struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
	Sensitive   bool   `json:"sensitive,omitempty"`
	// Default is what stands for a setting that is left out: without one, a
	// client passes the placeholder itself on. To the program an empty variable
	// is one that is not set.
	Default any `json:"default"`
}

// newManifest describes the bundle of the program for goos, which is named as
// Go names it.
func newManifest(version, goos string) (manifest, error) {
	platform := goos
	switch goos {
	case "windows":
		platform = "win32"
	case "linux", "darwin":
	default:
		return manifest{}, fmt.Errorf("bundles are for linux, darwin and windows, not for %q", goos)
	}
	m := manifest{
		ManifestVersion: manifestVersion,
		Name:            "pingkit",
		DisplayName:     displayName,
		Version:         version,
		Description:     summary,
		Author:          author{Name: "The pingkit authors"},
		License:         "Apache-2.0",
		Keywords:        []string{"pingone", "pingcentral", "pingfederate", "integration kits"},
		Server: server{
			Type:       "binary",
			EntryPoint: entryPoint(goos),
			MCPConfig: mcpConfig{
				Command: "${__dirname}/" + entryPoint(goos),
				Args:    []string{"stdio"},
				Env:     map[string]string{},
			},
		},
		PromptsGenerated: true,
		Compatibility:    compatibility{Platforms: []string{platform}},
		UserConfig:       map[string]userConfig{},
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

// entryPoint is the program's path in the bundle.
func entryPoint(goos string) string {
	if goos == "windows" {
		return "server/mcp-server.exe"
	}
	return "server/mcp-server"
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
