package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
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
