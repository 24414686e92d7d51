package download_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func serviceOf(t *testing.T, s *sandbox.Sandbox) *download.Service {
	t.Helper()
	client, err := connect.NewPingOne(s.PingOne())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	api := func() (*connect.PingOne, error) { return client, nil }
	return &download.Service{Catalog: catalog.New(api, ""), Fetcher: download.New(api, download.Options{}), Dir: t.TempDir()}
}

func TestServiceDeliversDescribesAndExtracts(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	service := serviceOf(t, s)
	order := download.Order{Integration: sandbox.PingIDKit, Version: "2.15.0", Directory: "a/b", Extract: true}
	kit, err := service.Get(deadline(t), order, nil)
	if err != nil {
		t.Fatal(err)
	}
	if kit.Integration != sandbox.PingIDKit || kit.Version != "2.15.0" || kit.Contents.Files == 0 || len(kit.Contents.Jars) == 0 ||
		filepath.Dir(kit.Path) != filepath.Join(service.Dir, "a", "b") {
		t.Errorf("the kit is %+v", kit)
	}
	if notes := strings.Join(kit.Notes, "\n"); !strings.Contains(notes, "reached its end of life on 2024-02-29") {
		t.Errorf("the notes are %q", notes)
	}
	unpacked := 0
	if err := filepath.WalkDir(kit.ExtractedTo, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			unpacked++
		}
		return err
	}); err != nil || unpacked != kit.Contents.Files {
		t.Errorf("%d of %d files were unpacked: %v", unpacked, kit.Contents.Files, err)
	}

	// The order of a kit delivers the same kit again, without the storage.
	before := len(s.RequestsOf("storage"))
	file, err := service.Open(deadline(t), kit.Order())
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil || int64(len(content)) != kit.Bytes {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	again, err := service.Get(deadline(t), order, nil)
	if err != nil || !again.Reused || again.Contents.Files != kit.Contents.Files || again.ExtractedTo != kit.ExtractedTo {
		t.Errorf("the second time: %+v, %v", again, err)
	}
	if n := len(s.RequestsOf("storage")) - before; n > 1 {
		t.Errorf("the storage was asked %d more times", n)
	}
}

// An archive whose directory is in order and whose contents are not gets no name.
func TestServiceKeepsNoDamagedKit(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	service := serviceOf(t, s)
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	file, err := w.CreateHeader(&zip.FileHeader{Name: "dist/kit-1.0.jar", Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(file, "the contents")
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Replace(archive.Bytes(), []byte("the contents"), []byte("THE CONTENTS"), 1)
	s.Publish(sandbox.Publication{Integration: "Damaged", Number: "1.0", Kit: kits.FromBytes(damaged)})
	_, err = service.Get(deadline(t), download.Order{Integration: "Damaged"}, nil)
	if !errors.Is(err, kitzip.ErrDamaged) || !errors.Is(err, download.ErrIntegrity) {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(service.Dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestServiceStaysWithinTheQuota(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	service := serviceOf(t, s)
	service.Quota = download.NewQuota(service.Dir, 0, 1000)
	if _, err := service.Get(deadline(t), download.Order{Integration: sandbox.PingIDKit}, nil); !errors.Is(err, download.ErrFull) {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(service.Dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
