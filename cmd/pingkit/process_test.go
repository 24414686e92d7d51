package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// quickEnd is a value of GORACE; without it every process takes a second to end
// under the race detector.
const quickEnd = "atexit_sleep_ms=0"

// startSandbox starts a sandbox and returns it with the environment that leads a
// pingkit process to it.
func startSandbox(t *testing.T) (*sandbox.Sandbox, []string) {
	t.Helper()
	s := sandboxtest.New(t, sandbox.Options{})
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := []string{"GORACE=" + quickEnd, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + filepath.Join(dir, "cache"), "HOME=" + dir}
	for _, v := range s.Variables(ca) {
		environment = append(environment, v.Name+"="+v.Value)
	}
	return s, environment
}

// pingkit prepares a run of the real command in a directory.
func pingkit(t *testing.T, dir string, environment []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("pingkit", args...)
	cmd.Dir, cmd.Env = dir, environment
	return cmd
}

// code is the exit code of a run that has ended.
func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return exitDone
	}
	e, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return e.ExitCode()
}
