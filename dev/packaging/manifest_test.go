package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

func TestManifest(t *testing.T) {
	for goos, want := range map[string]struct{ platform, program string }{
		"linux":   {"linux", "server/mcp-server"},
		"darwin":  {"darwin", "server/mcp-server"},
		"windows": {"win32", "server/mcp-server.exe"},
	} {
		m, err := newManifest("1.2.3", goos)
		if err != nil {
			t.Fatal(err)
		}
		if m.Version != "1.2.3" || !slices.Equal(m.Compatibility.Platforms, []string{want.platform}) ||
			m.Server.EntryPoint != want.program || m.Server.MCPConfig.Command != "${__dirname}/"+want.program {
			t.Errorf("%s: %+v", goos, m)
		}
	}
	if _, err := newManifest("1.2.3", "plan9"); err == nil {
		t.Error("a system without bundles is taken")
	}
}

func TestManifestOffersTheTools(t *testing.T) {
	m, err := newManifest("1.2.3", "linux")
	if err != nil {
		t.Fatal(err)
	}
	var want []tool
	for _, t := range tools.All() {
		want = append(want, tool{t.Name, t.Description})
	}
	if !slices.Equal(m.Tools, want) {
		t.Errorf("tools = %v", m.Tools)
	}
}

// A client asks its user for each entry, stores it, and starts the program with
// it. What it does not mark as sensitive is stored and shown in clear text.
func TestUserConfig(t *testing.T) {
	m, err := newManifest("1.2.3", "linux")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.All() {
		variable, set := m.Server.MCPConfig.Env[s.Name]
		if over := strings.HasPrefix(s.Meaning, "over HTTP"); over == set && !slices.Contains(replicas, s.Name) {
			t.Errorf("%s is over HTTP: %v; passed on: %v", s.Name, over, set)
		}
		if !set {
			continue
		}
		key := strings.TrimSuffix(strings.TrimPrefix(variable, "${user_config."), "}")
		entry, asked := m.UserConfig[key]
		if !asked || entry.Sensitive != s.Secret || entry.Title == "" || entry.Description == "" || entry.Required {
			t.Errorf("%s is asked for as %s: %+v", s.Name, variable, entry)
		}
		// Without a default the program would get the placeholder's own text.
		if entry.Default != "" && entry.Default != false {
			t.Errorf("%s: what is not set must stay unset, not %v", s.Name, entry.Default)
		}
		if (entry.Type == "boolean") != s.Switch {
			t.Errorf("%s is asked for as a %s", s.Name, entry.Type)
		}
	}
	if len(m.UserConfig) != len(m.Server.MCPConfig.Env) {
		t.Errorf("%d questions for %d variables", len(m.UserConfig), len(m.Server.MCPConfig.Env))
	}
	for name, want := range map[string]userConfig{
		"pingone_client_secret": {Type: "string", Title: "PingOne client secret", Sensitive: true},
		"pingcentral_ca_file":   {Type: "file", Title: "PingCentral CA file"},
		"pingkit_download_dir":  {Type: "directory", Title: "Download directory"},
		"pingkit_audit_file":    {Type: "string", Title: "Audit file"}, // does not exist yet, so it cannot be picked
		"pingkit_read_only":     {Type: "boolean", Title: "Read only"},
	} {
		got := m.UserConfig[name]
		if got.Type != want.Type || got.Title != want.Title || got.Sensitive != want.Sensitive {
			t.Errorf("%s = %+v", name, got)
		}
	}
}

// The names that this program treats in a way of their own exist.
func TestNamedSettingsExist(t *testing.T) {
	var all []string
	for _, s := range config.All() {
		all = append(all, s.Name)
	}
	for _, name := range slices.Concat(replicas, written, ownByChart) {
		if !slices.Contains(all, name) {
			t.Errorf("there is no setting %s", name)
		}
	}
}

func TestSummaryFitsTheRegistry(t *testing.T) {
	if len(summary) > 100 || len(displayName) > 100 {
		t.Error("the registry takes at most 100 characters")
	}
	if !regexp.MustCompile(`^[A-Z].*\.$`).MatchString(summary) {
		t.Errorf("%q is no sentence", summary)
	}
}
