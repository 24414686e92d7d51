#!/bin/sh
# The Prometheus exporter of OpenTelemetry renames metrics in the middle and joins two attributes into one.
#
# Packages: go.opentelemetry.io/otel/exporters/prometheus v0.69.0,
#   go.opentelemetry.io/otel/sdk/metric v1.47.0
# Guess: Dots become underscores, a counter gets _total, and the unit is appended when it is
#   missing.
# Fact: Unit "1" makes a gauge a _ratio, even a count of plans. The word total is removed from
#   the middle of a counter's name and put at the end. "y.ms" with unit ms becomes
#   y_ms_milliseconds. Attributes http.method and http_method share one label whose value is
#   "GET;POST".
# Matters: Dashboards and alerts are written from the names in the code and find nothing.
# Output, compared at the end:
#| app_calls_total  http_method="GET;POST"
#| plans_open
#| plans_waiting_ratio
#| y_ms_milliseconds_total  http_method="GET;POST"
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

func main() {
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		panic(err)
	}
	meter := sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("m")
	ctx := context.Background()
	both := metric.WithAttributes(attribute.String("http.method", "GET"), attribute.String("http_method", "POST"))
	gauge := func(name, unit string) {
		g, err := meter.Int64Gauge(name, metric.WithUnit(unit))
		if err != nil {
			panic(err)
		}
		g.Record(ctx, 1)
	}
	counter := func(name, unit string) {
		c, err := meter.Int64Counter(name, metric.WithUnit(unit))
		if err != nil {
			panic(err)
		}
		c.Add(ctx, 1, both)
	}
	gauge("plans.waiting", "1")
	gauge("plans.open", "{plan}")
	counter("app.total.calls", "")
	counter("y.ms", "ms")
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	for _, f := range families {
		fmt.Print(f.GetName())
		for _, label := range f.GetMetric()[0].GetLabel() {
			fmt.Printf("  %s=%q", label.GetName(), label.GetValue())
		}
		fmt.Println()
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get go.opentelemetry.io/otel/exporters/prometheus@v0.69.0 go.opentelemetry.io/otel/sdk/metric@v1.47.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
