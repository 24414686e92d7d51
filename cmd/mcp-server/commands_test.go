package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/testutil/syncbuf"
	"example.com/pingkit/internal/tools"
)

// command runs the program to its end.
func command(t *testing.T, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, executable, args...)
	cmd.Env = []string{noSleep}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if _, ok := err.(*exec.ExitError); !ok {
			t.Fatal(err)
		}
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"--version", "version"} {
		if out, _, exit := command(t, arg); exit != 0 || strings.TrimSpace(out) != "mcp-server version "+buildinfo.String() {
			t.Errorf("%s: got %q and exit %d", arg, out, exit)
		}
	}
}

func TestMistypedCommandsAndFlagsGetASuggestion(t *testing.T) {
	for wrong, want := range map[string]string{"sandbx": "do you mean sandbox?", "--read-onyl": "do you mean --read-only?"} {
		if _, errs, exit := command(t, wrong); exit != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d, %q", wrong, exit, errs)
		}
	}
}

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{{"serve"}, {"stdio", "x"}, {"http", "x"}, {"--no-such-flag"}, {"stdio", "--log-level=loud"}, {"stdio", "--pingone-client-secret=x"}} {
		out, errs, exit := command(t, args...)
		if exit != exitUsage || out != "" || !strings.HasPrefix(errs, "mcp-server: ") {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", args, exit, out, errs)
		}
	}
}

func TestToolsCommand(t *testing.T) {
	text, _, exit := command(t, "tools")
	raw, _, exitJSON := command(t, "tools", "--json")
	if exit != 0 || exitJSON != 0 {
		t.Fatalf("exit %d and %d", exit, exitJSON)
	}
	var list struct{ Tools []struct{ Name string } }
	if err := json.Unmarshal([]byte(raw), &list); err != nil {
		t.Fatal(err)
	}
	for i, tool := range tools.All() {
		if !strings.Contains(text, tool.Name) || list.Tools[i].Name != tool.Name {
			t.Errorf("%s is missing", tool.Name)
		}
	}
}

// TestDemo runs the demo and checks its figures against the file.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	out, errs, exit := command(t, "demo", "--dir", dir)
	if exit != 0 {
		t.Fatalf("exit %d: %s%s", exit, out, errs)
	}
	for _, part := range []string{"1. ", "7. ", "the server asks the user", "SHIELDED", "promoted: ", "reverted: ", "Done: 7 steps"} {
		if !strings.Contains(out, part) {
			t.Errorf("the demo does not say %q:\n%s", part, out)
		}
	}
	path := filepath.Join(dir, "PingID Integration Kit-2.24.0.zip")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	size := regexp.MustCompile(`size: +([0-9,]+) bytes`).FindStringSubmatch(out)
	if len(size) != 2 || strings.ReplaceAll(size[1], ",", "") != strconv.Itoa(len(content)) ||
		!strings.Contains(out, hex.EncodeToString(sum[:])) || !strings.Contains(out, path) {
		t.Errorf("the figures are not those of %s:\n%s", path, out)
	}
}

// TestDemoFails has another file where the demo's download goes.
func TestDemoFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "PingID Integration Kit-2.24.0.zip"), []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, exit := command(t, "demo", "--dir", dir)
	if exit == 0 || !strings.Contains(errs, "step 3 failed") {
		t.Errorf("exit %d: %s%s", exit, out, errs)
	}
}

// TestSandboxCommand starts the simulator and uses the settings that it prints.
func TestSandboxCommand(t *testing.T) {
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(executable, "sandbox", "--addr", "127.0.0.1:0", "--ca-file", filepath.Join(t.TempDir(), "ca.pem"))
	cmd.Env = []string{noSleep}
	out := &syncbuf.Buffer{}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	setting := regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`)
	var env []string
	for deadline := time.Now().Add(patience); !slices.ContainsFunc(env, func(s string) bool { return strings.HasPrefix(s, "PINGCENTRAL_CA_FILE=") }); {
		if time.Now().After(deadline) {
			t.Fatalf("it printed %q", out)
		}
		time.Sleep(10 * time.Millisecond)
		env = nil
		for _, m := range setting.FindAllStringSubmatch(out.String(), -1) {
			env = append(env, m[1]+"="+m[2])
		}
	}
	p := start(t, env).greet(legacy, "{}")
	var list struct {
		Environments []struct{ System string }
		Incomplete   string
	}
	p.ok("list_environments", "{}", &list)
	if len(list.Environments) != 7 || list.Incomplete != "" {
		t.Errorf("got %+v", list)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
