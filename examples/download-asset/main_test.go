package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestDownloadIsVerified(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	for _, v := range s.Variables("") {
		t.Setenv(v.Name, v.Value)
	}
	integration, version := kit(t, s)
	file := filepath.Join(t.TempDir(), "kit.zip")
	args := []string{sandbox.CatalogEnvironmentID, integration, version, file}

	for name, prepare := range map[string]func(){
		"wrong digest":    func() { s.SetForms(sandbox.Forms{WrongDigest: true}) },
		"no digest":       func() { s.SetForms(sandbox.Forms{DigestEncoding: sandbox.DigestNone}) },
		"lost connection": func() { s.Inject(sandbox.Fault{Operation: "storage", Truncate: 100}) },
	} {
		t.Run(name, func(t *testing.T) {
			s.Reset()
			prepare()
			if err := run(t.Context(), args, &bytes.Buffer{}); err == nil {
				t.Error("no error")
			}
			if _, err := os.Stat(file); !os.IsNotExist(err) {
				t.Error("a file is left behind")
			}
		})
	}

	s.Reset()
	var out bytes.Buffer
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x  %s (%d bytes)\n", sha256.Sum256(content), file, len(content)); out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
	if err := run(t.Context(), args, &out); err == nil {
		t.Error("a file that is there is overwritten")
	}
	if err := run(t.Context(), args[:3], &out); err == nil || !strings.Contains(err.Error(), "usage") {
		t.Errorf("without a file: %v", err)
	}
}

// kit returns the ids of an integration and of a version that has a kit.
func kit(t *testing.T, s *sandbox.Sandbox) (integration, version string) {
	t.Helper()
	client, err := connect.NewPingOne(s.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.FindIntegration(t.Context(), sandbox.CatalogEnvironmentID, sandbox.PingIDKit)
	if err != nil {
		t.Fatal(err)
	}
	var versions []pingone.Version
	for version, err := range client.Versions(t.Context(), sandbox.CatalogEnvironmentID, found.ID) {
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, version)
	}
	connect.NewestFirst(versions)
	return found.ID, *versions[0].ID
}
