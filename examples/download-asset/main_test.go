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

func TestRun(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	variables := map[string]string{}
	for _, v := range s.Variables("") {
		variables[v.Name] = v.Value
	}
	getenv := func(name string) string { return variables[name] }
	integration, version := kit(t, s)
	file := filepath.Join(t.TempDir(), "kit.zip")
	args := []string{sandbox.CatalogEnvironmentID, integration, version, file}

	for name, prepare := range map[string]func(){
		"wrong digest":    func() { s.SetForms(sandbox.Forms{WrongDigest: true}) },
		"no digest":       func() { s.SetForms(sandbox.Forms{DigestEncoding: sandbox.DigestNone}) },
		"lost connection": func() { s.Inject(sandbox.Fault{Operation: "storage", Truncate: 100}) },
	} {
		s.Reset()
		prepare()
		if err := run(t.Context(), args, getenv, &bytes.Buffer{}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("%s: a file is left behind", name)
		}
	}

	s.Reset()
	var out bytes.Buffer
	if err := run(t.Context(), args, getenv, &out); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x  %s (%d bytes)\n", sha256.Sum256(content), file, len(content)); out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
	if err := run(t.Context(), args, getenv, &out); err == nil {
		t.Error("a file that is there is overwritten")
	}
	if err := run(t.Context(), args[:3], getenv, &out); err == nil || !strings.Contains(err.Error(), "usage") {
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
	filter, newest := `(name eq "`+sandbox.PingIDKit+`")`, pingone.ExpandLatestVersion
	page, err := connect.JSON[pingone.IntegrationCollection](client.ListIntegrations(t.Context(), sandbox.CatalogEnvironmentID,
		&pingone.ListIntegrationsParams{Filter: &filter, Expand: &newest}))
	if err != nil || len(page.Embedded.Integrations) != 1 {
		t.Fatal(page, err)
	}
	latest, ok := page.Embedded.Integrations[0].LatestVersion()
	if !ok {
		t.Fatal("no version")
	}
	return page.Embedded.Integrations[0].ID, *latest.ID
}
