//go:build packages

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	chart = repositoryRoot + "/deploy/chart"
	// helmCommand comes from the Go module proxy, as pingkit's own dependencies do.
	helmCommand = "helm.sh/helm/v4/cmd/helm@v4.3.1"
	// kubernetes is the release whose schemas the objects must fit.
	kubernetes = "k8s.io/kubernetes@v1.37.2"
)

// helm runs Helm and returns both of its outputs.
func helm(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run", helmCommand}, args...)...)
	home := t.TempDir() // no settings of the user's own Helm
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

func chartValues(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(chart + "/ci/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("values to try: %v, %v", files, err)
	}
	return files
}

func TestHelmLint(t *testing.T) {
	if out, errs, err := helm(t, "lint", chart); err != nil {
		t.Errorf("default values: %v\n%s%s", err, out, errs)
	}
	for _, values := range chartValues(t) {
		if out, errs, err := helm(t, "lint", "--strict", chart, "--values", values); err != nil {
			t.Errorf("%s: %v\n%s%s", values, err, out, errs)
		}
	}
}

func TestHelmTemplateFitsKubernetes(t *testing.T) {
	schemas := readKubernetesSchemas(t)
	kinds := map[string][]string{
		"team.yaml":    {"NetworkPolicy", "PodDisruptionBudget", "Service", "Deployment", "Ingress"},
		"single.yaml":  {"Service", "Deployment"},
		"cluster.yaml": {"NetworkPolicy", "ConfigMap", "Service", "Service", "Deployment", "HTTPRoute", "PrometheusRule", "ServiceMonitor"},
	}
	for _, values := range chartValues(t) {
		out, errs, err := helm(t, "template", "pingkit", chart, "--namespace", "tools", "--values", values)
		if err != nil {
			t.Fatalf("%s: %v\n%s", values, err, errs)
		}
		var got []string
		for _, object := range objects(t, out) {
			got = append(got, object["kind"].(string))
			if slices.Contains(ofOperators, object["kind"].(string)) {
				checkCustomObject(t, values, object)
			} else if err := schemas.validate(object); err != nil {
				t.Errorf("%s: %s: %v", values, object["kind"], err)
			}
			if object["kind"] == "Deployment" {
				checkPod(t, values, object)
			}
		}
		if want := kinds[filepath.Base(values)]; !slices.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", values, got, want)
		}
	}
}

// TestKubernetesSchemasRefuse shows that the validation notices mistakes.
func TestKubernetesSchemasRefuse(t *testing.T) {
	schemas := readKubernetesSchemas(t)
	const service = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"port":80,"targetPort":"http"}]}}`
	for name, replace := range map[string][2]string{
		"valid":              {"", ""},
		"an unknown field":   {`"port":80`, `"port":80,"prot":"TCP"`},
		"a wrong type":       {`"port":80`, `"port":"80"`},
		"a missing field":    {`"port":80,`, ``},
		"an unknown kind":    {`"Service"`, `"Servise"`},
		"an unknown version": {`"v1"`, `"v7"`},
	} {
		var object map[string]any
		if err := json.Unmarshal([]byte(strings.Replace(service, replace[0], replace[1], 1)), &object); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			if err := schemas.validate(object); (err == nil) != (name == "valid") {
				t.Error(err)
			}
		})
	}
}

// TestHelmRefuses passes values with which the server would not start or not be safe.
func TestHelmRefuses(t *testing.T) {
	base := []string{"template", "pingkit", chart, "--set", "settings.PINGKIT_PUBLIC_URL=https://p.example.com"}
	issuer := append(slices.Clip(base), "--set", "settings.PINGKIT_AUTH_ISSUER=https://op.example.com")
	single := append(slices.Clip(issuer), "--set", "replicaCount=1")
	for want, args := range map[string][]string{
		"set settings.PINGKIT_PUBLIC_URL":         base[:3],
		"set settings.PINGKIT_AUTH_ISSUER, or":    base,
		"several replicas need PINGKIT_PLAN_KEY":  append(slices.Clip(issuer), "--set", "secret.keys={PINGKIT_PLAN_STORE}"),
		"set downloads.quotaMB to a number":       append(slices.Clip(issuer), "--set", "downloads.quotaMB=2Gi"),
		"enable ingress or httpRoute":             append(slices.Clip(single), "--set", "ingress.enabled=true,httpRoute.enabled=true"),
		"without a path":                          append(slices.Clip(single), "--set", "ingress.enabled=true,settings.PINGKIT_PUBLIC_URL=https://p.example.com/kits"),
		"set httpRoute.parentRefs":                append(slices.Clip(single), "--set", "httpRoute.enabled=true"),
		"set networkPolicy.from":                  append(slices.Clip(single), "--set", "ingress.enabled=true"),
		"set networkPolicy.metricsFrom":           append(slices.Clip(single), "--set", "serviceMonitor.enabled=true"),
		"set certificates.configMap, or":          append(slices.Clip(single), "--set", "certificates.configMap=ca,secret.keys={PINGKIT_CA}"),
		"extraEnv":                                append(slices.Clip(single), "--set", "extraEnv[0].name=PINGKIT_READ_ONLY,extraEnv[0].value=true"),
		"networkPolcy":                            append(slices.Clip(single), "--set", "networkPolcy.enabled=true"),
		"preStop":                                 append(slices.Clip(single), "--set", "shutdown.preStop=3"),
		"secret.name":                             append(slices.Clip(issuer), "--set", "secret.name="),
		"PINGKIT_NO_SUCH_SETTING":                 append(slices.Clip(issuer), "--set", "settings.PINGKIT_NO_SUCH_SETTING=1"),
		"PINGONE_CLIENT_SECRET":                   append(slices.Clip(issuer), "--set", "settings.PINGONE_CLIENT_SECRET=secret"),
		"value must be one of 'PINGONE_CLIENT_SE": append(slices.Clip(issuer), "--set", "secret.keys={PINGONE_CLIENT_ID}"),
	} {
		if out, errs, err := helm(t, args...); err == nil || !strings.Contains(errs, want) {
			t.Errorf("want %q, got %v\n%s%s", want, err, out, errs)
		}
	}
}

// objects splits the output of helm template.
func objects(t *testing.T, text string) (list []map[string]any) {
	t.Helper()
	for document := range strings.SplitSeq(text, "\n---\n") {
		var one map[string]any
		if err := yaml.Unmarshal([]byte(document), &one); err != nil {
			t.Fatal(err)
		}
		if one != nil {
			list = append(list, one)
		}
	}
	return list
}

// kubernetesSchemas are the definitions of Kubernetes' own API description. They refuse unknown fields, as its server does with
// fieldValidation=Strict.
type kubernetesSchemas struct {
	compiler *jsonschema.Compiler
	names    map[string]string // by group/version/kind
}

// moduleDirectory downloads a module and returns its directory.
func moduleDirectory(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, out)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(out, &downloaded); err != nil {
		t.Fatal(err)
	}
	return downloaded.Dir
}

func readKubernetesSchemas(t *testing.T) *kubernetesSchemas {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(moduleDirectory(t, kubernetes), "api/openapi-spec/swagger.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Definitions map[string]map[string]any `json:"definitions"`
	}
	if err := json.Unmarshal(file, &document); err != nil {
		t.Fatal(err)
	}
	s := &kubernetesSchemas{compiler: jsonschema.NewCompiler(), names: map[string]string{}}
	s.compiler.DefaultDraft(jsonschema.Draft4)
	definitions := map[string]any{}
	for name, definition := range document.Definitions {
		definitions[name] = definition
		if definition["format"] == "int-or-string" {
			definition["type"] = []any{"integer", "string"}
		}
		if _, object := definition["properties"]; object {
			definition["additionalProperties"] = false
		}
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
		for _, kind := range kinds {
			k := kind.(map[string]any)
			s.names[strings.TrimPrefix(k["group"].(string)+"/"+k["version"].(string), "/")+"/"+k["kind"].(string)] = name
		}
	}
	if err := s.compiler.AddResource("kubernetes.json", map[string]any{"definitions": definitions}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *kubernetesSchemas) validate(object map[string]any) error {
	kind, _ := object["kind"].(string)
	version, _ := object["apiVersion"].(string)
	name, known := s.names[version+"/"+kind]
	if !known {
		return errors.New("Kubernetes has no " + version + " " + kind)
	}
	schema, err := s.compiler.Compile("kubernetes.json#/definitions/" + name)
	if err != nil {
		return err
	}
	return schema.Validate(object)
}
