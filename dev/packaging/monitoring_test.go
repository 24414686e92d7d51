package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const (
	alertsFile    = "deploy/chart/files/alerts.yaml"
	dashboardFile = "deploy/chart/files/dashboard.json"
	observation   = "docs/observation.md"
)

// alert is the part of a Prometheus rule that the tests compare.
type alert struct{ Alert, Expr, For string }

// TestAlertsAreDocumented requires that the chart's alerts and those of the
// document are the same.
func TestAlertsAreDocumented(t *testing.T) {
	var alerts []alert
	if err := yaml.Unmarshal([]byte(read(t, alertsFile)), &alerts); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range alerts {
		got = append(got, a.Expr)
	}
	var want []string
	_, table, _ := strings.Cut(read(t, observation), "| expression |")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		want = append(want, strings.ReplaceAll(row[1], `\|`, "|"))
	}
	if len(want) < 5 || !slices.Equal(got, want) {
		t.Errorf("%s has %q, %s has %q", alertsFile, got, observation, want)
	}
}

// TestMetricsOfTheChartExist looks up each metric that the chart's alerts and
// dashboard name in the table of metrics.
func TestMetricsOfTheChartExist(t *testing.T) {
	metric := regexp.MustCompile(`\b(pingkit|go)_[a-z_]+\b`)
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(pingkit|go)_.*").FindAllString(read(t, observation), -1) {
		for _, name := range metric.FindAllString(row, -1) {
			documented[name] = true
		}
	}
	for _, file := range []string{alertsFile, dashboardFile} {
		names := metric.FindAllString(read(t, file), -1)
		if len(names) < 5 {
			t.Errorf("%s names only %v", file, names)
		}
		for _, name := range names {
			base := regexp.MustCompile(`_(bucket|count|sum)$`).ReplaceAllString(name, "")
			if !documented[name] && !documented[base] {
				t.Errorf("%s names %s, and there are %v", file, name, slices.Sorted(maps.Keys(documented)))
			}
		}
	}
}

// TestChartSchemaKnowsEachValue compares the schema with the default values.
func TestChartSchemaKnowsEachValue(t *testing.T) {
	var values map[string]any
	if err := yaml.Unmarshal([]byte(read(t, "deploy/chart/values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	values["global"] = nil // Helm's own
	if got, want := slices.Sorted(maps.Keys(chartSchema().Properties)), slices.Sorted(maps.Keys(values)); !slices.Equal(got, want) {
		t.Errorf("the schema knows %v, the values are %v", got, want)
	}
}
