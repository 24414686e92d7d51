package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTelemetry decides which signals are exported. OpenTelemetry's exporters
// read the rest.
func TestTelemetry(t *testing.T) {
	const base = "OTEL_EXPORTER_OTLP_"
	noPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noPEM, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variables       map[string]string
		traces, metrics bool
		warnings        []string // parts of a problem or a hint, one for each warning
	}{
		"nothing is set":               {},
		"endpoint":                     {variables: map[string]string{base + "ENDPOINT": "http://c:4318/"}, traces: true, metrics: true},
		"endpoint of one signal":       {variables: map[string]string{base + "TRACES_ENDPOINT": "https://t.example.com/in"}, traces: true},
		"exporter otlp":                {variables: map[string]string{"OTEL_METRICS_EXPORTER": "otlp"}, metrics: true},
		"exporter none":                {variables: map[string]string{base + "ENDPOINT": "http://c:4318", "OTEL_METRICS_EXPORTER": "none"}, traces: true},
		"SDK disabled":                 {variables: map[string]string{base + "ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "TRUE"}},
		"protocol grpc":                {variables: map[string]string{base + "ENDPOINT": "http://c:4317", base + "PROTOCOL": "grpc"}, warnings: []string{"usually 4318"}},
		"protocol http/json":           {variables: map[string]string{"OTEL_TRACES_EXPORTER": "otlp", base + "TRACES_PROTOCOL": "http/json"}, warnings: []string{base + "TRACES_PROTOCOL=http/protobuf"}},
		"exporter console":             {variables: map[string]string{"OTEL_TRACES_EXPORTER": "console"}, warnings: []string{"OTEL_TRACES_EXPORTER=otlp"}},
		"endpoint without scheme":      {variables: map[string]string{base + "ENDPOINT": "c:4318"}, warnings: []string{base + "ENDPOINT is not"}},
		"password in the endpoint":     {variables: map[string]string{base + "ENDPOINT": "http://u:s3cret@c"}, warnings: []string{base + "HEADERS"}},
		"missing certificate file":     {variables: map[string]string{base + "TRACES_ENDPOINT": "https://c", base + "CERTIFICATE": "/does/not/exist"}, warnings: []string{base + "CERTIFICATE names"}},
		"certificate file without PEM": {variables: map[string]string{base + "TRACES_ENDPOINT": "https://c", base + "CERTIFICATE": noPEM}, warnings: []string{base + "CERTIFICATE names"}},
		"malformed header":             {variables: map[string]string{base + "TRACES_ENDPOINT": "https://c", base + "HEADERS": "a=b,s3cret"}, traces: true, warnings: []string{base + "HEADERS has"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := mustLoad(t, test.variables).Telemetry()
			if got.Traces != test.traces || got.Metrics != test.metrics || len(got.Warnings) != len(test.warnings) {
				t.Fatalf("got %+v", got)
			}
			for i, w := range got.Warnings {
				text := w.Problem + "; " + w.Hint
				if !strings.Contains(text, test.warnings[i]) || strings.Contains(text, "s3cret") {
					t.Errorf("the warning is %q, want %q in it", text, test.warnings[i])
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
