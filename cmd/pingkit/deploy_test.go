package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"pingkit/internal/config"
	"pingkit/internal/lock"
	"pingkit/internal/sandbox"
)

// startContainer is what a deployment's file says of the container that runs
// pingkit.
type startContainer struct {
	command   []string
	args      []string
	variables []string
	mounts    map[string]string // mount point to volume
	volumes   []string          // that are declared for it
	user      string
	readOnly  bool
	noMore    bool // all capabilities dropped, and none to be had
}

func deployFile(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// helm reads the values for Ping's chart.
func helm(t *testing.T) startContainer {
	type mount struct {
		Name      string `yaml:"name"`
		MountPath string `yaml:"mountPath"`
	}
	type product struct {
		IncludeInitContainers []string `yaml:"includeInitContainers"`
		IncludeVolumes        []string `yaml:"includeVolumes"`
		VolumeMounts          []mount  `yaml:"volumeMounts"`
	}
	var values struct {
		InitContainers map[string]struct {
			Name    string   `yaml:"name"`
			Command []string `yaml:"command"`
			Args    []string `yaml:"args"`
			Env     []struct {
				Name string `yaml:"name"`
			} `yaml:"env"`
			VolumeMounts    []mount `yaml:"volumeMounts"`
			SecurityContext struct {
				RunAsUser                int  `yaml:"runAsUser"`
				RunAsGroup               int  `yaml:"runAsGroup"`
				RunAsNonRoot             bool `yaml:"runAsNonRoot"`
				ReadOnlyRootFilesystem   bool `yaml:"readOnlyRootFilesystem"`
				AllowPrivilegeEscalation bool `yaml:"allowPrivilegeEscalation"`
				Capabilities             struct {
					Drop []string `yaml:"drop"`
				} `yaml:"capabilities"`
			} `yaml:"securityContext"`
		} `yaml:"initContainers"`
		Volumes map[string]any `yaml:"volumes"`
		Admin   product        `yaml:"pingfederate-admin"`
		Engine  product        `yaml:"pingfederate-engine"`
	}
	deployFile(t, "helm-values.yaml", &values)
	c, ok := values.InitContainers["pingkit"]
	if !ok || c.Name != "" {
		t.Error("the chart takes the init container's name from its key, and from nowhere else")
	}
	s := c.SecurityContext
	start := startContainer{
		command: c.Command, args: c.Args, mounts: map[string]string{},
		user: fmt.Sprintf("%d:%d", s.RunAsUser, s.RunAsGroup), readOnly: s.ReadOnlyRootFilesystem,
		noMore: s.RunAsNonRoot && !s.AllowPrivilegeEscalation && slices.Equal(s.Capabilities.Drop, []string{"ALL"}),
	}
	for _, v := range c.Env {
		start.variables = append(start.variables, v.Name)
	}
	for _, m := range c.VolumeMounts {
		start.mounts[m.MountPath] = m.Name
	}
	for name := range values.Volumes {
		start.volumes = append(start.volumes, name)
	}
	for name, product := range map[string]product{"pingfederate-admin": values.Admin, "pingfederate-engine": values.Engine} {
		if !slices.Contains(product.IncludeInitContainers, "pingkit") {
			t.Errorf("%s does not run the init container", name)
		}
		for _, volume := range start.mounts {
			if !slices.Contains(product.IncludeVolumes, volume) {
				t.Errorf("%s does not have the volume %s, which the init container mounts", name, volume)
			}
		}
		if len(product.VolumeMounts) != 1 || product.VolumeMounts[0] != (mount{start.mounts["/opt/in"], "/opt/in"}) {
			t.Errorf("%s does not mount at /opt/in what the init container fills", name)
		}
	}
	return start
}

// compose reads the compose file.
func compose(t *testing.T) startContainer {
	type service struct {
		Entrypoint  []string          `yaml:"entrypoint"`
		Command     []string          `yaml:"command"`
		Environment map[string]string `yaml:"environment"`
		Secrets     []string          `yaml:"secrets"`
		Volumes     []string          `yaml:"volumes"`
		User        string            `yaml:"user"`
		ReadOnly    bool              `yaml:"read_only"`
		CapDrop     []string          `yaml:"cap_drop"`
		SecurityOpt []string          `yaml:"security_opt"`
		DependsOn   map[string]struct {
			Condition string `yaml:"condition"`
		} `yaml:"depends_on"`
	}
	var file struct {
		Services map[string]service        `yaml:"services"`
		Secrets  map[string]map[string]any `yaml:"secrets"`
		Volumes  map[string]any            `yaml:"volumes"`
	}
	deployFile(t, "compose.yaml", &file)
	kits, product := file.Services["kits"], file.Services["pingfederate"]
	if product.DependsOn["kits"].Condition != "service_completed_successfully" {
		t.Error("pingfederate does not wait until the kits are there")
	}
	if !slices.Contains(product.Volumes, "in:/opt/in:ro") {
		t.Error("pingfederate does not mount what pingkit fills")
	}
	start := startContainer{
		command: kits.Entrypoint, args: kits.Command, mounts: map[string]string{}, user: kits.User, readOnly: kits.ReadOnly,
		noMore: slices.Equal(kits.CapDrop, []string{"ALL"}) && slices.Contains(kits.SecurityOpt, "no-new-privileges:true"),
	}
	for name := range kits.Environment {
		start.variables = append(start.variables, name)
	}
	for name := range file.Volumes {
		start.volumes = append(start.volumes, name)
	}
	for _, v := range kits.Volumes {
		parts := strings.Split(v, ":")
		if strings.HasPrefix(parts[0], ".") {
			start.mounts[filepath.Dir(parts[1])] = "host"
			start.volumes = append(start.volumes, "host")
			continue
		}
		start.mounts[parts[1]] = parts[0]
	}
	for _, name := range kits.Secrets {
		if file.Secrets[name] == nil || kits.Environment["PINGONE_CLIENT_SECRET_FILE"] != "/run/secrets/"+name {
			t.Errorf("the secret %s is not declared, or not read", name)
		}
	}
	return start
}

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
	if _, err := lock.ReadManifest(filepath.Join("..", "..", "deploy", "kits.yaml")); err != nil {
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
