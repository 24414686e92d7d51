//go:build packages

package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
)

// ofOperators are kinds of custom resources that the chart makes on request.
// Kubernetes' own API description does not have them.
var ofOperators = []string{"HTTPRoute", "PrometheusRule", "ServiceMonitor"}

// checkCustomObject compares the objects for Prometheus and a Gateway with what
// they refer to.
func checkCustomObject(t *testing.T, values string, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Metadata struct{ Labels map[string]string }
		Spec     struct {
			Selector  struct{ MatchLabels map[string]string }
			Endpoints []struct{ Port, Path string }
			Groups    []struct{ Rules []alert }
			Hostnames []string
			Rules     []struct {
				BackendRefs []struct {
					Name string
					Port int
				}
			}
		}
	}
	if err := json.Unmarshal(encoded, &o); err != nil {
		t.Fatal(err)
	}
	switch object["kind"] {
	case "ServiceMonitor":
		if o.Metadata.Labels["release"] != "prometheus" || o.Spec.Selector.MatchLabels["app.kubernetes.io/component"] != "metrics" ||
			len(o.Spec.Endpoints) != 1 || o.Spec.Endpoints[0].Port != "observe" || o.Spec.Endpoints[0].Path != "/metrics" {
			t.Errorf("%s: %s", values, encoded)
		}
	case "PrometheusRule":
		var want []alert
		if err := yaml.Unmarshal([]byte(read(t, alertsFile)), &want); err != nil {
			t.Fatal(err)
		}
		if len(o.Spec.Groups) != 1 || !slices.Equal(o.Spec.Groups[0].Rules, want) {
			t.Errorf("%s: the rules %s are not those of %s", values, encoded, alertsFile)
		}
	case "HTTPRoute":
		if !slices.Equal(o.Spec.Hostnames, []string{"pingkit.example.com"}) || len(o.Spec.Rules) != 1 ||
			o.Spec.Rules[0].BackendRefs[0].Name != "pingkit" || o.Spec.Rules[0].BackendRefs[0].Port != 80 {
			t.Errorf("%s: %s", values, encoded)
		}
	}
}

// TestDashboardArrivesWhole reads the dashboard back from the ConfigMap.
func TestDashboardArrivesWhole(t *testing.T) {
	out, errs, err := helm(t, "template", "pingkit", chart, "--values", filepath.Join(chart, "ci/cluster.yaml"))
	if err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	for _, object := range objects(t, out) {
		if object["kind"] != "ConfigMap" {
			continue
		}
		labels := object["metadata"].(map[string]any)["labels"].(map[string]any)
		var got, want any
		if err := json.Unmarshal([]byte(object["data"].(map[string]any)["pingkit.json"].(string)), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(read(t, dashboardFile)), &want); err != nil {
			t.Fatal(err)
		}
		gotText, _ := json.Marshal(got)
		wantText, _ := json.Marshal(want)
		if string(gotText) != string(wantText) || labels["grafana_dashboard"] != "1" {
			t.Errorf("the ConfigMap holds another dashboard, or lacks the sidecar's label: %v", labels)
		}
		return
	}
	t.Error("the chart made no ConfigMap")
}
