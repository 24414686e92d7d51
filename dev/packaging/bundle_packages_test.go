//go:build packages

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	// nodeTools is where make installs the packages of npm.
	nodeTools = "../../test/node"
	// registryModule holds the schemas of server.json that the registry publishes.
	registryModule = "github.com/modelcontextprotocol/registry@v1.8.7"
)

// resolve prints how a client starts an unpacked bundle without any user configuration, by the official package's own rules.
const resolve = `import {readFileSync} from "fs";
import {getMcpConfigForManifest} from "@anthropic-ai/mcpb";
const manifest = JSON.parse(readFileSync(process.argv[1] + "/manifest.json", "utf8"));
console.log(JSON.stringify(await getMcpConfigForManifest({
  manifest, extensionPath: process.argv[1], systemDirs: {}, userConfig: {}, pathSeparator: "/"})));
`

// TestBundleWithOfficialTool validates and unpacks a bundle of the real program with the official tool, and starts the result.
func TestBundleWithOfficialTool(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "mcp-server")
	command(t, "go", "-C", "../..", "build", "-o", program, "./cmd/mcp-server")
	output(t, "bundle", "--binary", program, "--os", runtime.GOOS, "--arch", runtime.GOARCH, "--version", "1.2.3", "--root", "../..", "--out", dir)

	mcpb := filepath.Join(nodeTools, "node_modules", ".bin", "mcpb")
	unpacked := filepath.Join(dir, "unpacked")
	command(t, mcpb, "unpack", filepath.Join(dir, bundleName("1.2.3", runtime.GOOS, runtime.GOARCH)), unpacked)
	command(t, mcpb, "validate", filepath.Join(unpacked, "manifest.json"))

	var start mcpConfig
	if err := json.Unmarshal(command(t, "sh", "-c", `cd "$0" && exec node --input-type=module --eval "$1" "$2"`, nodeTools, resolve, unpacked), &start); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(unpacked, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	var promised []string
	for _, tool := range m.Tools {
		promised = append(promised, tool.Name)
	}
	slices.Sort(promised) // as the program's list is
	if offered := offeredTools(t, start); !slices.Equal(offered, promised) || len(offered) == 0 {
		t.Errorf("the program offers %v, the manifest %v", offered, promised)
	}
}

// offeredTools starts an MCP server over stdio and lists its tools.
func offeredTools(t *testing.T, start mcpConfig) []string {
	t.Helper()
	cmd := exec.Command(start.Command, start.Args...)
	for name, value := range start.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdin = bytes.NewBufferString(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
`)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	for line := range bytes.Lines(out) {
		var response struct {
			ID     int
			Result struct{ Tools []tool }
		}
		if err := json.Unmarshal(line, &response); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if response.ID == 2 {
			var names []string
			for _, tool := range response.Result.Tools {
				names = append(names, tool.Name)
			}
			return names
		}
	}
	t.Fatalf("no list of tools in %s", out)
	return nil
}

func TestServerJSONFitsTheRegistry(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(moduleDirectory(t, registryModule), "internal/validators/schemas/2025-12-11.json"))
	if err != nil {
		t.Fatal(err)
	}
	var detail map[string]any
	if err := json.Unmarshal(serverJSON(t), &detail); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(detail); err != nil {
		t.Error(err)
	}
	detail["name"] = "no namespace"
	if schema.Validate(detail) == nil {
		t.Error("the schema takes a name that the registry refuses")
	}
}

// command runs a program and returns its stdout.
func command(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, errs.String())
	}
	return out
}
