//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// A signal in the middle of a download ends it cleanly: no file is left, not even
// a temporary one, and the exit code tells.
func TestSignals(t *testing.T) {
	for name, test := range map[string]struct {
		signal syscall.Signal
		args   []string
		want   int
	}{
		"pull SIGTERM": {syscall.SIGTERM, []string{"pull", "Large Kit", "--dir", "new/kits"}, exitTerminated},
		"pull SIGINT":  {syscall.SIGINT, []string{"pull", "Large Kit", "--dir", "kits", "-O", "json"}, exitInterrupted},
		"lock SIGTERM": {syscall.SIGTERM, []string{"lock", "--cache-dir", ""}, exitTerminated},
		"sync SIGTERM": {syscall.SIGTERM, []string{"sync", "--target", "new/t", "--locked"}, exitTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, environment := startSandbox(t)
			work, temporary := t.TempDir(), t.TempDir()
			environment = append(environment, "TMPDIR="+temporary)
			s.Publish(sandbox.Publication{Integration: "Large Kit", Number: "1.0", Kit: kits.Sized(8 << 20)})
			manifest := "apiVersion: pingkit/v1\ntarget: {product: pingfederate, layout: instance}\nkits: [{name: Large Kit, version: latest}]\n"
			if err := os.WriteFile(filepath.Join(work, "kits.yaml"), []byte(manifest), 0o600); err != nil {
				t.Fatal(err)
			}
			if test.args[0] == "sync" {
				if out, err := pingkit(t, work, environment, "lock", "--cache-dir", "").CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			}
			before := tree(t, work) + tree(t, temporary)
			s.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 1 << 20})

			cmd := pingkit(t, work, environment, test.args...)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			underWay(t, s, 1)
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			stopped := time.Now()
			got := code(t, cmd.Wait())
			if got != test.want || stdout.Len() > 0 || !strings.Contains(stderr.String(), "stopped") {
				t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s", got, test.want, &stdout, &stderr)
			}
			if took := time.Since(stopped); took > 2*time.Second {
				t.Errorf("it took %v to stop", took)
			}
			if after := tree(t, work) + tree(t, temporary); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

// underWay waits until the storage has begun to answer so many requests.
func underWay(t *testing.T, s *sandbox.Sandbox, requests int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if len(s.RequestsOf("storage")) > requests {
			break
		}
		if got := s.RequestsOf("storage"); len(got) > 0 && got[len(got)-1].Status == 0 {
			time.Sleep(200 * time.Millisecond) // some of its body is on the way
			return
		}
	}
}

// tree lists the files and folders below a directory.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path, err = filepath.Rel(dir, path)
		b.WriteString(path + " " + d.Type().String() + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
