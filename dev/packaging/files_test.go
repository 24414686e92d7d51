package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"example.com/pingkit/internal/config"
)

const repositoryRoot = "../.."

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repositoryRoot, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// packageFiles returns the text of every file that is part of a package.
func packageFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{"Dockerfile": "", ".goreleaser.yaml": ""}
	err := fs.WalkDir(os.DirFS(repositoryRoot), "deploy", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path] = ""
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path := range files {
		files[path] = read(t, path)
	}
	return files
}

// TestVariablesExist looks up every variable of pingkit in the package files in
// the program's own table.
func TestVariablesExist(t *testing.T) {
	var known []string
	for _, s := range config.All() {
		known = append(known, s.Name)
		if s.Secret {
			known = append(known, s.Name+fileSuffix)
		}
	}
	variable := regexp.MustCompile(`\b(PINGONE|PINGCENTRAL|PINGKIT)_[A-Z][A-Z_]*[A-Z]\b`)
	found := 0
	for path, text := range packageFiles(t) {
		allowed := known
		if strings.HasPrefix(path, "deploy/chart/") {
			allowed = slices.Concat(known, secretKeys())
		}
		for _, name := range variable.FindAllString(text, -1) {
			found++
			if !slices.Contains(allowed, name) {
				t.Errorf("%s: there is no variable %s", path, name)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d variables found: the pattern no longer fits", found)
	}
}

// TestCommandLines passes every command line of the packages to the program,
// with --help. The program refuses unknown flags.
func TestCommandLines(t *testing.T) {
	program := filepath.Join(t.TempDir(), "mcp-server.exe") // a name that every system can run
	build := exec.Command("go", "-C", "../..", "build", "-o", program, "./cmd/mcp-server")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m, err := newManifest("1.2.3", "linux")
	if err != nil {
		t.Fatal(err)
	}
	for where, args := range map[string][]string{
		"the chart":       chartArgs(t),
		"systemd's unit":  unitArgs(t),
		"the MCP bundles": m.Server.MCPConfig.Args,
	} {
		out, err := exec.Command(program, append(args, "--help")...).CombinedOutput()
		// The usage line names the command; an unknown one gives the general help.
		if err != nil || len(args) == 0 || !strings.Contains(string(out), "mcp-server "+args[0]+" ") {
			t.Errorf("%s: mcp-server %s: %v\n%s", where, strings.Join(args, " "), err, out)
		}
	}
}

func chartArgs(t *testing.T) []string {
	match := regexp.MustCompile(`(?m)^ +command: \["/mcp-server"\]\n +args: (\[.*\])$`).FindStringSubmatch(read(t, "deploy/chart/templates/deployment.yaml"))
	if match == nil {
		t.Fatal("the chart does not start /mcp-server")
	}
	// All values in it are numbers; what Helm makes of them is tested with Helm.
	line := regexp.MustCompile(`\{\{ int [^}]*\}\}`).ReplaceAllString(match[1], "1")
	var args []string
	if err := yaml.Unmarshal([]byte(line), &args); err != nil {
		t.Fatal(err)
	}
	return args
}

// TestNamedSettingsExist checks the names that this program treats in a way of their own.
func TestNamedSettingsExist(t *testing.T) {
	for _, name := range slices.Concat(replicas, written, ownByChart) {
		if !slices.ContainsFunc(config.All(), func(s config.Setting) bool { return s.Name == name }) {
			t.Errorf("there is no setting %s", name)
		}
	}
}

func TestChartSchemaIsCurrent(t *testing.T) {
	const file = "deploy/chart/values.schema.json"
	made := filepath.Join(t.TempDir(), "values.schema.json")
	output(t, "chart-schema", "--out", made)
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, file) != string(want) {
		t.Errorf("%s does not fit the settings: run make generate", file)
	}
}

// TestRestartedContainersGetTheLock requires the variables without which Ping's
// images keep the kits of their first start.
func TestRestartedContainersGetTheLock(t *testing.T) {
	for file, containers := range map[string]int{"deploy/compose.yaml": 1, "deploy/helm-values.yaml": 2} {
		text := read(t, file)
		for _, line := range []string{` SERVER_PROFILE_UPDATE: "true"`, ` CLEAN_STAGING_DIR: "true"`} {
			if n := strings.Count(text, line+"\n"); n != containers {
				t.Errorf("%s has%s %d times, want %d", file, line, n, containers)
			}
		}
	}
}

// TestDockerfile requires a pinned compiler, an empty base and a numeric user.
func TestDockerfile(t *testing.T) {
	var bases, users []string
	for line := range strings.Lines(read(t, "Dockerfile")) {
		switch words := strings.Fields(line); {
		case len(words) > 1 && words[0] == "FROM":
			bases, users = append(bases, words[1]), nil
		case len(words) == 2 && words[0] == "USER":
			users = append(users, words[1])
		}
	}
	if len(bases) != 2 || bases[1] != "scratch" {
		t.Fatalf("the stages are %v", bases)
	}
	if !regexp.MustCompile(`^golang:1\.\d+\.\d+@sha256:[0-9a-f]{64}$`).MatchString(bases[0]) {
		t.Errorf("%s is not one version of Go, by digest", bases[0])
	}
	for _, name := range []string{"LICENSE", "THIRD_PARTY_NOTICES"} {
		if !regexp.MustCompile(`(?m)^COPY ([^-].* )?` + name + ` (.* )?/licenses/$`).MatchString(read(t, "Dockerfile")) {
			t.Errorf("the image does not hold %s", name)
		}
	}
	// The user of the image can write to the download directory.
	directory := regexp.MustCompile(`(?m)^ENV PINGKIT_DOWNLOAD_DIR=(/\S+)$`).FindStringSubmatch(read(t, "Dockerfile"))
	if directory == nil || len(users) == 1 && !strings.Contains(read(t, "Dockerfile"), "--chown="+users[0]+" /out/downloads "+directory[1]+"\n") {
		t.Errorf("the image sets the download directory %v, which its user cannot write to", directory)
	}
	// Kubernetes' runAsNonRoot accepts numbers only.
	if len(users) != 1 || !regexp.MustCompile(`^[1-9]\d*:\d+$`).MatchString(users[0]) {
		t.Errorf("the last stage's users are %v", users)
	}
}
