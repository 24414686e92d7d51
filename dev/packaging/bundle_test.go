package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBundle(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "mcp-server")
	if err := os.WriteFile(binary, []byte("the program"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var contents [][]byte
	for range 2 {
		run(t, "bundle", "--binary", binary, "--os", "linux", "--arch", "amd64", "--version", "1.2.3", "--root", repositoryRoot, "--out", dir)
		content, err := os.ReadFile(filepath.Join(dir, "pingkit_1.2.3_linux_amd64.mcpb"))
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, content)
	}
	if !bytes.Equal(contents[0], contents[1]) {
		t.Error("two bundles of one program differ")
	}
	archive, err := zip.NewReader(bytes.NewReader(contents[0]), int64(len(contents[0])))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 4 {
		t.Fatalf("it holds %d files", len(archive.File))
	}
	var m manifest
	if err := json.Unmarshal(entry(t, archive.File[0], "manifest.json", 0o644), &m); err != nil {
		t.Fatal(err)
	}
	if program := entry(t, archive.File[1], m.Server.EntryPoint, 0o755); string(program) != "the program" {
		t.Errorf("the program is %q", program)
	}
	for i, name := range licenseFiles {
		if text := entry(t, archive.File[2+i], name, 0o644); string(text) != read(t, name) {
			t.Errorf("%s of the bundle is not the repository's", name)
		}
	}
}

func TestBundleFails(t *testing.T) {
	if _, err := execute("bundle", "--binary", "none", "--os", "linux", "--arch", "amd64", "--version", "1", "--out", t.TempDir()); err == nil {
		t.Error("a bundle without its program")
	}
	binary := filepath.Join(t.TempDir(), "mcp-server")
	if err := os.WriteFile(binary, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := execute("bundle", "--binary", binary, "--os", "linux", "--arch", "amd64", "--version", "1", "--root", t.TempDir(), "--out", t.TempDir()); err == nil {
		t.Error("a bundle without the licenses")
	}
	if _, err := execute("bundle", "--os", "linux"); err == nil || !strings.Contains(err.Error(), "binary") {
		t.Errorf("error = %v", err)
	}
}

func entry(t *testing.T, f *zip.File, name string, mode os.FileMode) []byte {
	t.Helper()
	if f.Name != name || f.Mode() != mode {
		t.Errorf("%s %s, want %s %s", f.Name, f.Mode(), name, mode)
	}
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// execute runs a command of this program.
func execute(args ...string) (stdout string, err error) {
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(args)
	err = root.Execute()
	return out.String(), err
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := execute(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
