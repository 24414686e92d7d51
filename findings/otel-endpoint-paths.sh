#!/bin/sh
# otlptracehttp posts to /, /v1/traces or https://localhost:4318, by the way one endpoint is given.
#
# Packages: go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp v1.47.0
# Guess: WithEndpointURL is the code form of OTEL_EXPORTER_OTLP_ENDPOINT, and an address that
#   cannot be read is an error.
# Fact: The general variable appends /v1/traces; the signal's own variable and WithEndpointURL
#   take the URL as it is, so a bare host posts to "/". An IP address and port without a scheme
#   is logged and replaced by the default, https://localhost:4318; a host name and port leaves
#   no host at all (https:///v1/traces); New returns no error. OTEL_EXPORTER_OTLP_TIMEOUT=10s is
#   dropped the same way (it is a number of milliseconds).
# Matters: A collector answers 404 on "/", and spans meant for it go to a port of the local
#   machine: in each case the program starts as if all were well.
# Output, compared at the end:
#| OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318         -> http://collector:4318/v1/traces
#| OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318  -> http://collector:4318/
#| WithEndpointURL=http://collector:4318                     -> http://collector:4318/
#| OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318                -> https:///v1/traces
#| OTEL_EXPORTER_OTLP_ENDPOINT=10.0.0.7:4318                 -> https://localhost:4318/v1/traces
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
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace"
)

type wire struct{ url string }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.url = r.URL.String()
	return nil, errors.New("not sent")
}

func main() {
	otel.SetLogger(logr.Discard())
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	for _, setting := range []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318",
		"WithEndpointURL=http://collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT=10.0.0.7:4318",
	} {
		name, value, _ := strings.Cut(setting, "=")
		w := &wire{}
		options := []otlptracehttp.Option{otlptracehttp.WithHTTPClient(&http.Client{Transport: w})}
		if name == "WithEndpointURL" {
			options = append(options, otlptracehttp.WithEndpointURL(value))
		} else {
			os.Setenv(name, value)
		}
		ctx := context.Background()
		exporter, err := otlptracehttp.New(ctx, options...)
		if err != nil {
			panic(err)
		}
		provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
		_, span := provider.Tracer("t").Start(ctx, "span")
		span.End()
		fmt.Printf("%-57s -> %s\n", setting, w.url)
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
