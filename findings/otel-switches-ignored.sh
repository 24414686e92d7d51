#!/bin/sh
# The Go SDK of OpenTelemetry sends traces although OTEL_SDK_DISABLED=true and OTEL_TRACES_EXPORTER=none are set.
#
# Packages: go.opentelemetry.io/otel/sdk v1.47.0,
#   go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp v1.47.0
# Guess: The variables of the specification work in every SDK: these two switch telemetry off,
#   OTEL_EXPORTER_OTLP_PROTOCOL chooses the wire format.
# Fact: A program that builds its exporter itself honors none of the three: the exporter's
#   package is the protocol, and spans arrive. OTEL_TRACES_SAMPLER=always_off is read by the
#   SDK.
# Matters: An operator who switches telemetry off by the documented variable goes on sending it,
#   unless the program looks at the variable.
# Output, compared at the end:
#| OTEL_SDK_DISABLED=true             spans sent: true
#| OTEL_TRACES_EXPORTER=none          spans sent: true
#| OTEL_EXPORTER_OTLP_PROTOCOL=grpc   spans sent: true
#| OTEL_TRACES_SAMPLER=always_off     spans sent: false
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
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	arrived := 0
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived++ }))
	defer collector.Close()
	os.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	ctx := context.Background()
	for _, setting := range []string{
		"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_TRACES_SAMPLER=always_off",
	} {
		name, value, _ := strings.Cut(setting, "=")
		os.Setenv(name, value)
		arrived = 0
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			panic(err)
		}
		provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
		_, span := provider.Tracer("t").Start(ctx, "span")
		span.End()
		if err := provider.Shutdown(ctx); err != nil {
			panic(err)
		}
		fmt.Printf("%-34s spans sent: %v\n", setting, arrived > 0)
		os.Unsetenv(name)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get go.opentelemetry.io/otel/sdk@v1.47.0 go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp@v1.47.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
