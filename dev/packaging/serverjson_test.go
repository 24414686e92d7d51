package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.com/pingkit/internal/config"
)

// bundles makes a directory with two bundles of version 1.2.3, and others.
func bundles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"pingkit_1.2.3_linux_amd64.mcpb", "pingkit_1.2.3_darwin_arm64.mcpb", "pingkit_1.2.2_linux_amd64.mcpb", "other.mcpb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("abc"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestServerJSON(t *testing.T) {
	out := run(t, "server-json", "--repository", "https://github.com/example/pingkit", "--name", "io.github.example/pingkit",
		"--version", "1.2.3", "--bundles", bundles(t))
	var detail serverDetail
	if err := json.Unmarshal([]byte(out), &detail); err != nil {
		t.Fatal(err)
	}
	if detail.Name != "io.github.example/pingkit" || detail.Version != "1.2.3" || len(detail.Packages) != 2 {
		t.Fatalf("got %+v", detail)
	}
	first := detail.Packages[0]
	// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
	if first.Identifier != "https://github.com/example/pingkit/releases/download/v1.2.3/pingkit_1.2.3_darwin_arm64.mcpb" ||
		first.FileSHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %+v", first)
	}
	for _, s := range config.All() {
		i := slices.IndexFunc(first.Environment, func(v variable) bool { return v.Name == s.Name })
		if i >= 0 && first.Environment[i].IsSecret != s.Secret {
			t.Errorf("%s: secret %v", s.Name, first.Environment[i].IsSecret)
		}
		if i < 0 && s.Name == "PINGONE_CLIENT_SECRET" {
			t.Error("the client secret is missing")
		}
	}
}

func TestServerJSONFails(t *testing.T) {
	dir := bundles(t)
	for name, args := range map[string][]string{
		"no bundle of this version": {"--repository", "https://github.com/example/pingkit", "--version", "9.9.9"},
		"another host":              {"--repository", "https://example.com/pingkit", "--version", "1.2.3"},
		"not https":                 {"--repository", "http://github.com/example/pingkit", "--version", "1.2.3"},
	} {
		if out, err := execute(append([]string{"server-json", "--name", "n", "--bundles", dir}, args...)...); err == nil {
			t.Errorf("%s gives %s", name, out)
		}
	}
}
