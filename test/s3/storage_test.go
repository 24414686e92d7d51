//go:build integration

package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

const (
	accessKey = "AKIDOFTHETEST"
	secretKey = "secret-key-of-the-storage"
	region    = "eu-central-1"
	patience  = 30 * time.Second
)

// kind is a server that the tests are run with.
type kind struct {
	serve   func(ctx context.Context, dir, address string) error
	lasting bool // objects outlive the process
	// withToken is what it answers to a presigned request that has an
	// Authorization header. Amazon's refuses it.
	withToken int
}

// kinds are versitygw, which serves file systems, and the server that `rclone
// serve s3` is made of. Neither heeds If-Range.
var kinds = map[string]kind{
	"versitygw": {serve: versitygw, lasting: true, withToken: http.StatusOK},
	"rclone":    {serve: rclone, withToken: http.StatusBadRequest},
}

// versitygw serves files in dir.
func versitygw(ctx context.Context, dir, address string) error {
	objects, attributes := filepath.Join(dir, "objects"), filepath.Join(dir, "attributes")
	if err := errors.Join(os.MkdirAll(objects, 0o755), os.MkdirAll(attributes, 0o755)); err != nil {
		return err
	}
	sidecar, err := meta.NewSideCar(attributes)
	if err != nil {
		return err
	}
	backend, err := posix.New(objects, sidecar, posix.PosixOpts{SideCarDir: attributes, NewDirPerm: 0o755})
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
		RootUserAccess: accessKey, RootUserSecret: secretKey, Region: region, Ports: []string{address},
		MaxConnections: 100, MaxRequests: 100, MultipartMaxParts: 100, Quiet: true,
	})
}

// rclone serves what is in its memory.
func rclone(_ context.Context, _, address string) error {
	storage := gofakes3.New(s3mem.New(), gofakes3.WithV4Auth(map[string]string{accessKey: secretKey}))
	return http.ListenAndServe(address, storage.Server())
}

// TestMain lets the test binary be a storage: a process of its own can be killed
// in the middle of an answer, and versitygw changes the working directory.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && kinds[os.Args[1]].serve != nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := kinds[os.Args[1]].serve(ctx, os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// storage is a running storage.
type storage struct {
	kind
	t                  *testing.T
	name, dir, address string
	process            *exec.Cmd
	output             *bytes.Buffer
}

func newStorage(t *testing.T, name string) *storage {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &storage{kind: kinds[name], t: t, name: name, dir: t.TempDir(), address: listener.Addr().String()}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("%s says:\n%s", name, s.output)
		}
	})
	return s
}

// start returns when the storage takes connections.
func (s *storage) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.output = &bytes.Buffer{}
	s.process = exec.Command(self, s.name, s.dir, s.address)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	if err := s.process.Start(); err != nil {
		return err
	}
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("tcp", s.address)
		if err == nil {
			return connection.Close()
		}
		if time.Since(begin) > patience {
			return fmt.Errorf("%s does not start: %w", s.name, err)
		}
	}
}

// kill ends the storage as a failure of its machine would.
func (s *storage) kill() {
	s.t.Helper()
	if err := s.process.Process.Kill(); err != nil {
		s.t.Error(err)
	}
	_ = s.process.Wait() // it was killed
}
