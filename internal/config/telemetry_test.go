package config

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTelemetry(t *testing.T) {
	const base = "OTEL_EXPORTER_OTLP_"
	usual := func(url string) Export {
		return Export{URL: url, Header: map[string]string{}, Timeout: 10 * time.Second}
	}
	for name, test := range map[string]struct {
		variables       map[string]string
		traces, metrics Export
		warnings        []string // parts
	}{
		"nothing": {},
		"one endpoint": {
			variables: map[string]string{base + "ENDPOINT": "http://c:4318/"},
			traces:    usual("http://c:4318/v1/traces"), metrics: usual("http://c:4318/v1/metrics"),
		},
		"an endpoint of its own is used as it is": {
			variables: map[string]string{base + "TRACES_ENDPOINT": "https://t.example.com/in"},
			traces:    usual("https://t.example.com/in"),
		},
		"asked for by the exporter alone": {
			variables: map[string]string{"OTEL_METRICS_EXPORTER": "otlp"},
			metrics:   usual("http://localhost:4318/v1/metrics"),
		},
		"one signal off": {
			variables: map[string]string{base + "ENDPOINT": "http://c:4318", "OTEL_METRICS_EXPORTER": "none"},
			traces:    usual("http://c:4318/v1/traces"),
		},
		"disabled": {variables: map[string]string{base + "ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "TRUE"}},
		"details": {
			variables: map[string]string{
				base + "TRACES_ENDPOINT": "http://c/t", base + "HEADERS": "x-all=1", base + "TRACES_HEADERS": " api-key = a%20b%2C%3D ,x=",
				base + "TIMEOUT": "250", base + "COMPRESSION": "gzip", base + "PROTOCOL": "http/protobuf",
			},
			traces: Export{URL: "http://c/t", Header: map[string]string{"api-key": "a b,=", "x": ""}, Timeout: 250 * time.Millisecond, Gzip: true},
		},
		"grpc":                  {variables: map[string]string{base + "ENDPOINT": "http://c:4317", base + "PROTOCOL": "grpc"}, warnings: []string{base + "PROTOCOL"}},
		"another exporter":      {variables: map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, warnings: []string{"OTEL_TRACES_EXPORTER"}},
		"no URL":                {variables: map[string]string{base + "ENDPOINT": "c:4318"}, warnings: []string{base + "ENDPOINT"}},
		"a password in the URL": {variables: map[string]string{base + "ENDPOINT": "http://u:s3cret@c"}, warnings: []string{base + "ENDPOINT"}},
		"no certificate": {
			variables: map[string]string{base + "TRACES_ENDPOINT": "https://c", base + "CERTIFICATE": "/does/not/exist"},
			warnings:  []string{base + "CERTIFICATE"},
		},
		"several faults": {
			variables: map[string]string{
				base + "TRACES_ENDPOINT": "http://c", base + "HEADERS": "s3cret", base + "TIMEOUT": "soon", base + "COMPRESSION": "zstd",
				base + "CLIENT_KEY": "k", base + "METRICS_TEMPORALITY_PREFERENCE": "often",
			},
			traces:   usual("http://c"),
			warnings: []string{"TIMEOUT", "COMPRESSION", "HEADERS", "CLIENT_KEY", "TEMPORALITY"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := mustLoad(t, test.variables).Telemetry()
			if !reflect.DeepEqual(got.Traces, test.traces) || !reflect.DeepEqual(got.Metrics, test.metrics) {
				t.Errorf("got %+v and %+v", got.Traces, got.Metrics)
			}
			warned := strings.Join(got.Warnings, "\n")
			if len(got.Warnings) != len(test.warnings) || strings.Contains(warned, "s3cret") {
				t.Errorf("warnings are %q", got.Warnings)
			}
			for _, part := range test.warnings {
				if !strings.Contains(warned, part) {
					t.Errorf("warnings are %q, without %s", got.Warnings, part)
				}
			}
		})
	}
}

func TestObserveAddress(t *testing.T) {
	if c := mustLoad(t, nil); c.HTTP.ObserveAddr != "" {
		t.Errorf("the address is %q by itself", c.HTTP.ObserveAddr)
	}
	if c := mustLoad(t, nil, "--observe-addr", ":9090"); c.HTTP.ObserveAddr != ":9090" {
		t.Errorf("the address is %q", c.HTTP.ObserveAddr)
	}
	for _, unusable := range []string{"9090", "localhost", ":nine", ":70000"} {
		_, err := load(nil, environment(map[string]string{"PINGKIT_OBSERVE_ADDR": unusable}), nil)
		wantProblems(t, err, "PINGKIT_OBSERVE_ADDR")
	}
}
