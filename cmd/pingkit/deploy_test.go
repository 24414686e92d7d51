package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sandbox"
)

// TestDeploy checks that the files of deploy/ agree with the program: every flag
// and variable exists, and the command does with them what is wanted.
func TestDeploy(t *testing.T) {
	for name, read := range map[string]func(*testing.T) startContainer{"helm-values.yaml": helm, "compose.yaml": compose} {
		t.Run(name, func(t *testing.T) {
			c := read(t)
			if c.user != "9031:0" || !c.readOnly || !c.noMore {
				t.Errorf("it must run as 9031:0 with a read-only root and without privileges: %+v", c)
			}
			if !slices.Equal(c.command, []string{"/pingkit"}) {
				t.Errorf("the command is %v", c.command)
			}
			known := map[string]bool{}
			for _, s := range config.All() {
				known[s.Name], known[s.Name+"_FILE"] = !s.Secret, s.Secret
			}
			for _, v := range c.variables {
				if !known[v] {
					t.Errorf("pingkit knows no variable %s, or it is a secret that should come from a file", v)
				}
			}
			for path, volume := range c.mounts {
				if !slices.Contains(c.volumes, volume) {
					t.Errorf("%s is mounted from %s, which is not declared", path, volume)
				}
			}
			runStart(t, c)
		})
	}
}

// runStart runs the container's command with its paths below a directory of the
// test, as its user where that is possible and without HOME.
func runStart(t *testing.T, c startContainer) {
	_, environment := startSandbox(t)
	root := openDirectory(t)
	manifest, err := os.ReadFile(filepath.Join("..", "..", "deploy", "kits.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for path := range c.mounts {
		if err := os.MkdirAll(filepath.Join(root, path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(root, path), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	etc := filepath.Join(root, "etc", "pingkit")
	if err := os.WriteFile(filepath.Join(etc, "kits.yaml"), manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := pingkit(t, etc, environment, "lock").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	secret := filepath.Join(root, "client-secret")
	if err := os.WriteFile(secret, []byte(sandbox.ClientSecret+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	environment = slices.DeleteFunc(environment, func(v string) bool {
		return strings.HasPrefix(v, "HOME=") || strings.HasPrefix(v, "XDG_") || strings.HasPrefix(v, "PINGONE_CLIENT_SECRET=") ||
			strings.HasPrefix(v, "PINGCENTRAL_")
	})
	environment = append(environment, "PINGONE_CLIENT_SECRET_FILE="+secret)
	program := copyProgram(t, root)
	var args []string
	for _, arg := range c.args {
		if flag, path, found := strings.Cut(arg, "=/"); found {
			arg = flag + "=" + filepath.Join(root, path)
		}
		args = append(args, arg)
	}
	for _, want := range []string{" changes, 0 unchanged", " is up to date: "} {
		cmd := pingkit(t, root, environment, args...)
		cmd.Path = program
		asUser(cmd, 9031, 0)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%v: want %q\n%s", err, want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "opt/in/instance/server/default/deploy/pf-slack-connector-3.0.2.jar")); err != nil {
		t.Error(err)
	}
}

// copyProgram copies pingkit to where another user can run it.
func copyProgram(t *testing.T, dir string) string {
	t.Helper()
	from, err := exec.LookPath("pingkit")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, filepath.Base(from))
	if err := os.WriteFile(to, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// openDirectory is a directory of the test that other users can enter.
func openDirectory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pingkit-deploy-*")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestDeployedManifest(t *testing.T) {
	if _, err := lockfile.ReadManifest(filepath.Join("..", "..", "deploy", "kits.yaml")); err != nil {
		t.Error(err)
	}
}

// The image holds what the deployments call, and runs as the user they expect.
func TestDockerfile(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, want := range []string{
		"FROM scratch\n", "USER 9031:0\n", "CGO_ENABLED=0 ", "/out/bin/mcp-server /out/bin/pingkit /\n",
		"/etc/ssl/certs/ca-certificates.crt", "--chown=9031:0 /out/in /opt/in\n", "--chown=9031:0 /out/cache /var/cache/pingkit\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the Dockerfile does not hold %q", want)
		}
	}
}
