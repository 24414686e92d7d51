package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/tools"
)

// output runs a command of this program and returns what it prints.
func output(t *testing.T, args ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := run(args, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBundleIsReproducible(t *testing.T) {
	binary, dir := filepath.Join(t.TempDir(), "mcp-server"), t.TempDir()
	if err := os.WriteFile(binary, []byte("the program"), 0o600); err != nil {
		t.Fatal(err)
	}
	var contents [2][]byte
	for i := range contents {
		output(t, "bundle", "--binary", binary, "--os", "linux", "--arch", "amd64", "--version", "1.2.3", "--root", "../..", "--out", dir)
		content, err := os.ReadFile(filepath.Join(dir, "pingkit_1.2.3_linux_amd64.mcpb"))
		if err != nil {
			t.Fatal(err)
		}
		contents[i] = content
	}
	if !bytes.Equal(contents[0], contents[1]) {
		t.Error("two bundles of one program differ")
	}
	archive, err := zip.NewReader(bytes.NewReader(contents[0]), int64(len(contents[0])))
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, f := range archive.File {
		entries = append(entries, f.Name+" "+f.Mode().String())
	}
	if want := []string{"manifest.json -rw-r--r--", "server/mcp-server -rwxr-xr-x", "LICENSE -rw-r--r--", "THIRD_PARTY_NOTICES -rw-r--r--"}; !slices.Equal(entries, want) {
		t.Errorf("it holds %v", entries)
	}
	r, err := archive.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if program, err := io.ReadAll(r); err != nil || string(program) != "the program" {
		t.Errorf("the program is %q, %v", program, err)
	}
}

func TestUnusableCommands(t *testing.T) {
	bundles, repository := bundleFiles(t), "https://github.com/example/pingkit"
	for name, args := range map[string][]string{
		"no command":           {},
		"unknown command":      {"deploy"},
		"missing program":      {"bundle", "--binary", "none", "--os", "linux", "--arch", "amd64", "--version", "1", "--root", "../..", "--out", t.TempDir()},
		"missing flag":         {"bundle", "--os", "linux"},
		"unknown version":      {"server-json", "--name", "n", "--bundles", bundles, "--repository", repository, "--version", "9.9.9"},
		"other host":           {"server-json", "--name", "n", "--bundles", bundles, "--repository", "https://example.com/pingkit", "--version", "1.2.3"},
		"repository over http": {"server-json", "--name", "n", "--bundles", bundles, "--repository", "http://github.com/example/pingkit", "--version", "1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(args, io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestManifest(t *testing.T) {
	for goos, want := range map[string]struct{ platform, program string }{
		"linux": {"linux", "server/mcp-server"}, "darwin": {"darwin", "server/mcp-server"}, "windows": {"win32", "server/mcp-server.exe"},
	} {
		m, err := newManifest("1.2.3", goos)
		if err != nil {
			t.Fatal(err)
		}
		if m.Version != "1.2.3" || !slices.Equal(m.Compatibility["platforms"].([]string), []string{want.platform}) ||
			m.Server.EntryPoint != want.program || m.Server.MCPConfig.Command != "${__dirname}/"+want.program || len(m.Tools) != len(tools.All()) {
			t.Errorf("%s: %+v", goos, m)
		}
	}
	if _, err := newManifest("1.2.3", "plan9"); err == nil {
		t.Error("a system without bundles is accepted")
	}
	if len(summary) > 100 || len(displayName) > 100 {
		t.Error("the registry accepts at most 100 characters")
	}
}

// TestUserConfig checks what a client asks its user, stores, and passes to the program. It shows what is not marked as sensitive.
func TestUserConfig(t *testing.T) {
	m, err := newManifest("1.2.3", "linux")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.All() {
		variable, passed := m.Server.MCPConfig.Env[s.Name]
		if passed == (s.HTTP || slices.Contains(replicas, s.Name)) {
			t.Errorf("%s is for HTTP alone: %v; passed: %v", s.Name, s.HTTP, passed)
		}
		if !passed {
			continue
		}
		key := strings.TrimSuffix(strings.TrimPrefix(variable, "${user_config."), "}")
		entry, asked := m.UserConfig[key]
		if !asked || entry.Sensitive != s.Secret || entry.Title == "" || entry.Description == "" || entry.Required ||
			(entry.Type == "boolean") != s.Switch || entry.Default != "" && entry.Default != false {
			t.Errorf("%s is asked as %s: %+v", s.Name, variable, entry)
		}
	}
	for name, want := range map[string]userConfig{
		"pingone_client_secret": {Type: "string", Title: "PingOne client secret", Sensitive: true},
		"pingcentral_ca_file":   {Type: "file", Title: "PingCentral CA file"},
		"pingkit_download_dir":  {Type: "directory", Title: "Download directory"},
		"pingkit_audit_file":    {Type: "string", Title: "Audit file"}, // does not exist yet, so no user can pick it
		"pingkit_read_only":     {Type: "boolean", Title: "Read only"},
	} {
		if got := m.UserConfig[name]; got.Type != want.Type || got.Title != want.Title || got.Sensitive != want.Sensitive {
			t.Errorf("%s = %+v", name, got)
		}
	}
}

// bundleFiles makes a directory with two bundles of version 1.2.3, and others.
func bundleFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"pingkit_1.2.3_linux_amd64.mcpb", "pingkit_1.2.3_darwin_arm64.mcpb", "pingkit_1.2.2_linux_amd64.mcpb", "other.mcpb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("abc"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func serverJSON(t *testing.T) []byte {
	return output(t, "server-json", "--repository", "https://github.com/example/pingkit", "--name", "io.github.example/pingkit",
		"--version", "1.2.3", "--bundles", bundleFiles(t))
}

func TestServerJSON(t *testing.T) {
	var detail struct {
		Version  string
		Packages []struct {
			Identifier, FileSHA256 string
			EnvironmentVariables   []struct {
				Name     string
				IsSecret bool
			}
		}
	}
	if err := json.Unmarshal(serverJSON(t), &detail); err != nil {
		t.Fatal(err)
	}
	if detail.Version != "1.2.3" || len(detail.Packages) != 2 {
		t.Fatalf("got %+v", detail)
	}
	first := detail.Packages[0]
	// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
	if first.Identifier != "https://github.com/example/pingkit/releases/download/v1.2.3/pingkit_1.2.3_darwin_arm64.mcpb" ||
		first.FileSHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %+v", first)
	}
	secrets := 0
	for _, v := range first.EnvironmentVariables {
		if v.IsSecret {
			secrets++
		}
	}
	if want := len(slices.DeleteFunc(desktopSettings(), func(s config.Setting) bool { return !s.Secret })); secrets != want || want == 0 {
		t.Errorf("%d secrets, want %d", secrets, want)
	}
}
