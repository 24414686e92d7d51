package dev

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// outside is a program in a module of its own, as a user of the clients writes it.
const outside = `package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
)

func main() {
	clients, err := connect.FromEnv()
	var settings *connect.SettingsError
	if errors.As(err, &settings) {
		fmt.Println(len(settings.Problems), "problems")
		os.Exit(1)
	}
	var versions []pingone.Version
	for version, err := range clients.PingOne.Versions(context.Background(), "environment", "integration") {
		if err != nil {
			break
		}
		versions = append(versions, version)
	}
	connect.NewestFirst(versions)
	_, err = clients.PingCentral.FindApplication(context.Background(), "Payroll")
	var several *connect.AmbiguousError
	if errors.As(err, &several) {
		fmt.Println(several.Candidates[0].ID)
	}
	var _ pingcentral.ClientInterface
}
`

// TestOutsideModuleCanUseTheClients builds a program of another module against connect and the generated clients.
func TestOutsideModuleCanUseTheClients(t *testing.T) {
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "main.go", outside)
	write(t, dir, "go.mod", "module example.org/outside\n\ngo 1.26.0\n\nrequire example.com/pingkit v0.0.0\n\nreplace example.com/pingkit => "+root+"\n")
	command(t, dir, "go", "mod", "tidy")
	command(t, dir, "go", "build", "-o", filepath.Join(dir, "outside"), ".")
}

// TestRenameModuleMovesEverything gives a copy of the tree another module path, and builds it.
func TestRenameModuleMovesEverything(t *testing.T) {
	dir := t.TempDir()
	files := strings.Split(strings.TrimSpace(command(t, "..", "git", "ls-files", "--cached", "--others", "--exclude-standard")), "\n")
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // deleted in the work tree
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, string(content))
	}
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "add", "-A")
	command(t, dir, "make", "rename-module", "MODULE=github.com/you/pingkit")
	if left := command(t, dir, "sh", "-c", "git grep -lF example.com/pingkit -- ':!CHANGELOG.md' || true"); left != "" {
		t.Errorf("these files still name the old path:\n%s", left)
	}
	command(t, filepath.Join(dir, "dev"), "go", "build", "./...")
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
