package tools

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// depsOf are the services of the tools against a sandbox's PingOne.
func depsOf(t *testing.T, s *sandbox.Sandbox) *Deps {
	t.Helper()
	client, err := connect.NewPingOne(s.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	api := func() (*connect.PingOne, error) { return client, nil }
	integrations := catalog.New(api, "")
	kits := &download.Service{Catalog: integrations, Fetcher: download.New(api, download.Options{}), Dir: t.TempDir()}
	return &Deps{Catalog: integrations, Kits: kits, HasPingOne: true}
}

// TestTextOfAKitIsCleaned reads a file of a kit that hides words from its reader.
func TestTextOfAKitIsCleaned(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	readme, err := w.Create("README.txt")
	if err == nil {
		_, err = io.WriteString(readme, "a = 1\r\n\tb\u202e = \u200b2\n"+"\U000E0041\U000E0042"+strings.Repeat("e\u0301\u0301\u0301\u0301\u0301\u0301", 2))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	s.Publish(sandbox.Publication{Integration: "Hidden", Number: "1.0", Kit: kits.FromBytes(archive.Bytes())})
	text, err := ReadKitFile(t.Context(), depsOf(t, s), "Hidden", "1.0", "README.txt")
	if want := "a = 1\n\tb = 2\n" + strings.Repeat("e\u0301\u0301\u0301\u0301", 2); err != nil || text != want {
		t.Errorf("got %q, %v, want %q", text, err, want)
	}
}
