package download_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// The kit that most tests download: large enough to be cut in the middle.
const (
	kitName   = "Large Integration Kit"
	kitNumber = "1.2.3"
	kitFile   = "Large Integration Kit-1.2.3.zip"
	kitSize   = 3 << 20
)

// bench is a sandbox with the kit, a fetcher, and a directory for downloads.
type bench struct {
	*sandbox.Sandbox
	fetcher *download.Fetcher
	kit     *kits.Kit
	request download.Request
	dir     string
}

func newBench(t testing.TB, options sandbox.Options, how download.Options) *bench {
	t.Helper()
	s := sandboxtest.New(t, options)
	settings := s.PingOne()
	settings.CACertificates = s.CA()
	b := &bench{Sandbox: s, fetcher: fetcherOf(t, settings, how), kit: kits.Sized(kitSize), dir: t.TempDir()}
	integration, version := s.Publish(sandbox.Publication{Integration: kitName, Number: kitNumber, Kit: b.kit})
	b.request = download.Request{
		KitID: catalog.KitID{EnvironmentID: sandbox.CatalogEnvironmentID, IntegrationID: integration, VersionID: version, Integration: kitName, Version: kitNumber},
		Dir:   b.dir,
	}
	return b
}

func fetcherOf(t testing.TB, settings connect.PingOneSettings, how download.Options) *download.Fetcher {
	t.Helper()
	// The retries of connect are tested there; here they only take time.
	client, err := connect.NewPingOne(settings, connect.WithRetryBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	f := download.New(func() (*connect.PingOne, error) { return client, nil }, how)
	f.Hurry()
	return f
}

func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// delivered checks that the download succeeded, that its result is true, and
// that nothing else is in the directory.
func (b *bench) delivered(t *testing.T, result download.Result, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("the download failed: %v", err)
	}
	if want := filepath.Join(b.dir, kitFile); result.Path != want {
		t.Errorf("the path is %q, want %q", result.Path, want)
	}
	if result.SHA256 != b.kit.SHA256() || result.Bytes != b.kit.Size() {
		t.Errorf("the result says %d bytes, sha256 %s", result.Bytes, result.SHA256)
	}
	if got := sumOf(t, result.Path); got != b.kit.SHA256() {
		t.Errorf("the file has the sha256 %s", got)
	}
	b.holds(t, kitFile)
}

// refused checks that the download failed as it should, and left nothing.
func (b *bench) refused(t *testing.T, err error, kind error, words ...string) {
	t.Helper()
	if err == nil || !errors.Is(err, kind) {
		t.Fatalf("the error is %v, want %v", err, kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	b.holds(t)
}

// holds checks which files are in the directory.
func (b *bench) holds(t *testing.T, files ...string) {
	t.Helper()
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	if strings.Join(found, "\n") != strings.Join(files, "\n") {
		t.Errorf("the directory holds %q, want %q", found, files)
	}
}

// clean checks what no request may ever have done.
func (b *bench) clean(t *testing.T) {
	t.Helper()
	for _, r := range b.Requests() {
		if r.Method == "HEAD" {
			t.Errorf("a HEAD was sent: %+v", r)
		}
		if r.System == sandbox.Storage && r.Authorization != "" {
			t.Errorf("the storage saw credentials: %+v", r)
		}
	}
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
