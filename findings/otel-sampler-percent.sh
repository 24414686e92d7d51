#!/bin/sh
# A sampling ratio that the Go SDK of OpenTelemetry cannot read samples everything.
#
# Packages: go.opentelemetry.io/otel/sdk v1.47.0
# Guess: OTEL_TRACES_SAMPLER=traceidratio with OTEL_TRACES_SAMPLER_ARG=10 samples ten percent,
#   or is refused.
# Fact: The argument is a share of one. 10, 10% and 0,1 are reported to the global error handler
#   only, and the sampler becomes one that keeps every trace. The decimal comma of half of
#   Europe counts among them.
# Matters: The setting meant to lower the cost raises it to the maximum.
# Output, compared at the end:
#| OTEL_TRACES_SAMPLER_ARG=0.1  kept: about a tenth error handler called: false
#| OTEL_TRACES_SAMPLER_ARG=10   kept: all           error handler called: true
#| OTEL_TRACES_SAMPLER_ARG=10%  kept: all           error handler called: true
#| OTEL_TRACES_SAMPLER_ARG=0,1  kept: all           error handler called: true
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
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	reported := false
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { reported = true }))
	os.Setenv("OTEL_TRACES_SAMPLER", "traceidratio")
	for _, arg := range []string{"0.1", "10", "10%", "0,1"} {
		os.Setenv("OTEL_TRACES_SAMPLER_ARG", arg)
		reported = false
		tracer := trace.NewTracerProvider().Tracer("t")
		kept := 0
		for range 10000 {
			if _, span := tracer.Start(context.Background(), "s"); span.IsRecording() {
				kept++
			}
		}
		share := "about a tenth"
		if kept == 10000 {
			share = "all"
		} else if kept < 500 || kept > 1500 {
			share = fmt.Sprint(kept)
		}
		fmt.Printf("OTEL_TRACES_SAMPLER_ARG=%-4s kept: %-13s error handler called: %v\n", arg, share, reported)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get go.opentelemetry.io/otel/sdk@v1.47.0
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
