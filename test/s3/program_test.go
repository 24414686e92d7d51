//go:build integration

package s3

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build makes both programs and returns the directory that they are in.
func build(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "./cmd/...")
	build.Dir = filepath.Join("..", "..")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return bin
}

// outcome is how a program ended.
type outcome struct {
	code   int
	result struct {
		Path, SHA256 string
		Bytes        int64
		DigestSource string `json:"digest_source"`
	}
	stdout, stderr string
}

// pull is `pingkit pull` into dir, with an empty cache.
func (b *bench) pull(t *testing.T, dir string, args ...string) (o outcome) {
	t.Helper()
	args = append([]string{"pull", integration, "--dir", dir, "--cache-dir", t.TempDir(), "-O", "json"}, args...)
	cmd := exec.CommandContext(t.Context(), filepath.Join(b.bin, "pingkit"), args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = b.env(), &stdout, &stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		o.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	o.stdout, o.stderr = stdout.String(), stderr.String()
	b.discreet(t, o)
	if o.code != 0 {
		return o
	}
	if err := json.Unmarshal(stdout.Bytes(), &o.result); err != nil {
		t.Fatalf("%v in %s", err, o.stdout)
	}
	return o
}

// call is the tool download_asset of mcp-server, whose downloads go into dir. The
// code of the outcome is 1 where the answer is an error.
func (b *bench) call(t *testing.T, dir string, arguments map[string]any) (o outcome) {
	t.Helper()
	const version = "2026-07-28"
	arguments["integration"] = integration
	message, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": map[string]any{
		"name": "download_asset", "arguments": arguments,
		"_meta": map[string]any{"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": map[string]any{}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	o.stdout, o.stderr = b.converse(t, append(b.env(), "PINGKIT_DOWNLOAD_DIR="+dir), string(message))
	b.discreet(t, o)
	var answer struct {
		Result struct {
			IsError    bool
			Structured json.RawMessage `json:"structuredContent"`
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &answer); err != nil {
		t.Fatalf("%v in %q", err, o.stdout)
	}
	if answer.Result.IsError || answer.Result.Structured == nil {
		o.code = 1
		return o
	}
	if err := json.Unmarshal(answer.Result.Structured, &o.result); err != nil {
		t.Fatal(err)
	}
	return o
}

// converse sends one message to mcp-server and returns the line that it answers
// with, and its log. The input ends after the answer, as a client's does.
func (b *bench) converse(t *testing.T, env []string, message string) (line, log string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(b.bin, "mcp-server"), "stdio")
	var stderr bytes.Buffer
	cmd.Env, cmd.Stderr = env, &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(stdin, message+"\n")
	if err == nil {
		line, err = bufio.NewReader(stdout).ReadString('\n')
	}
	if err := errors.Join(err, stdin.Close(), cmd.Wait()); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	return line, stderr.String()
}

// discreet checks that a program showed no secret, the signature of a link least
// of all.
func (b *bench) discreet(t *testing.T, o outcome) {
	t.Helper()
	for _, secret := range []string{"X-Amz-Signature", clientSecret, accessToken} {
		if strings.Contains(o.stdout+o.stderr, secret) {
			t.Errorf("%s is shown:\n%s\n%s", secret, o.stdout, o.stderr)
		}
	}
}
