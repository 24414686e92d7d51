package tokens

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/mcpserver"
)

// TestBudgets builds both programs as they are released, and checks what every user pays for: the bytes and tokens that the tools
// take in a model's context, the size of the programs, and what the server does before it is asked anything.
func TestBudgets(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "-C", "../..", "build", "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", bin, "./cmd/mcp-server", "./cmd/pingkit")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	server := filepath.Join(bin, exe("mcp-server"))
	check := func(what string, value, limit int, unit string) {
		t.Helper()
		t.Logf("%-32s %10d of %10d %s", what, value, limit, unit)
		if value > limit {
			t.Errorf("%s: %d %s, more than %d", what, value, unit, limit)
		}
	}
	check("mcp-server, stripped", size(t, server), 32_000_000, "bytes")
	check("pingkit, stripped", size(t, filepath.Join(bin, exe("pingkit"))), 20_000_000, "bytes")

	rows, err := Measure(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if r.Tokens == 0 || r.Bytes <= r.Tokens || seen[r.What] {
			t.Errorf("%+v has no figures, or stands twice in the table", r)
		}
		seen[r.What] = true
		if budget := Budgets[r.What]; budget.Bytes > 0 {
			check(r.What, r.Bytes, budget.Bytes, "bytes")
		} else if budget.Tokens > 0 {
			check(r.What, r.Tokens, budget.Tokens, "tokens of "+string(Encoding))
		}
	}
	if !seen[definitions] || !seen[Conversation] {
		t.Errorf("the table lacks a row that has a budget: %+v", rows)
	}

	home := t.TempDir()
	instructions, sockets := start(t, server, home)
	check("instructions", len([]rune(instructions)), mcpserver.InstructionsLimit, "characters")
	check("files written at start", files(t, home), 0, "")
	check("sockets open after start", sockets, 0, "")
}

func exe(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

func size(t *testing.T, program string) int {
	t.Helper()
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// start runs the server over stdio with home as its home, temporary and working directory, and returns its instructions and, on
// Linux, the number of sockets it holds.
func start(t *testing.T, server, home string) (instructions string, sockets int) {
	t.Helper()
	var process *exec.Cmd
	stdio := transport.NewStdioWithOptions(server, nil, nil, transport.WithCommandFunc(
		func(_ context.Context, command string, _, args []string) (*exec.Cmd, error) {
			process = exec.Command(command, args...)
			process.Dir, process.Env = home, []string{"HOME=" + home, "TMPDIR=" + home}
			return process, nil
		}))
	if err := stdio.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := client.NewClient(stdio)
	defer c.Close()
	var hello mcp.InitializeRequest
	hello.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	hello.Params.ClientInfo = mcp.Implementation{Name: "budgets", Version: "1"}
	answer, err := c.Initialize(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ListTools(t.Context(), mcp.ListToolsRequest{}); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		dir := fmt.Sprintf("/proc/%d/fd", process.Process.Pid)
		open, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range open {
			if target, err := os.Readlink(filepath.Join(dir, file.Name())); err == nil && strings.HasPrefix(target, "socket:") {
				sockets++
			}
		}
	}
	return answer.Instructions, sockets
}

func files(t *testing.T, dir string) (count int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && path != dir {
			count++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}
