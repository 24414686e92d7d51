//go:build linux && (amd64 || arm64)

package iofault_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/testutil/iofault"
)

const childDir = "PINGKIT_TEST_DIR"

func TestMain(m *testing.M) {
	iofault.Launch()
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Println(os.WriteFile(filepath.Join(dir, "file"), []byte("text"), 0o644))
		return
	}
	os.Exit(m.Run())
}

// Each call of a write fails in its turn, and the child sees that error.
func TestFault(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run := func(f iofault.Fault) (out string, calls int, failed []string) {
		t.Helper()
		f.Below = dir
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		var stdout strings.Builder
		cmd.Stdout = &stdout
		w, err := f.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		err = cmd.Wait()
		calls, failed, watchErr := w.End()
		if err := errors.Join(err, watchErr); err != nil {
			t.Fatal(err)
		}
		return stdout.String(), calls, failed
	}
	out, calls, failed := run(iofault.Fault{})
	if out != "<nil>\n" || calls < 3 || len(failed) > 0 {
		t.Fatalf("without a fault: %q, %d calls, failed %q", out, calls, failed)
	}
	for at, name := range []string{"openat /file", "write /file", "close /file"} {
		out, _, failed := run(iofault.Fault{At: at + 1, Errno: syscall.ESTALE})
		if len(failed) != 1 || failed[0] != name || !strings.Contains(out, "stale") {
			t.Errorf("call %d: %q failed, and the child says %q", at+1, failed, out)
		}
	}
	if _, _, failed := run(iofault.Fault{At: 2, On: true, Errno: syscall.EIO}); len(failed) != 2 {
		t.Errorf("from the second call on %q failed", failed)
	}
}
