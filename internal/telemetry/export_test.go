package telemetry_test

import (
	"encoding/pem"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/syncbuf"
)

// exportSpan exports one span and returns when it is delivered or lost.
func exportSpan(t *testing.T, s telemetry.Settings) {
	t.Helper()
	s.Telemetry.Metrics = false
	o := newObserver(t, s)
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "list_versions"})
	end(telemetry.OK)
	o.Close()
}

// TestExportVariables sets OpenTelemetry's variables for a collector behind TLS.
func TestExportVariables(t *testing.T) {
	c, log := newCollector(t), &syncbuf.Buffer{}
	s := c.settings(log)
	secure := httptest.NewTLSServer(c)
	t.Cleanup(secure.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT":        "http://127.0.0.1:1",
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": secure.URL + "/v1/traces",
		"OTEL_EXPORTER_OTLP_CERTIFICATE":     authority,
		"OTEL_EXPORTER_OTLP_HEADERS":         "api-key=k3y%2C1,team=sso",
		"OTEL_EXPORTER_OTLP_COMPRESSION":     "gzip",
		"OTEL_SERVICE_NAME":                  "kits",
		"OTEL_RESOURCE_ATTRIBUTES":           "deployment.environment.name=test",
	} {
		t.Setenv(name, value)
	}
	exportSpan(t, s)
	if len(c.spans) != 1 || c.spans[0].Name != "tools/call list_versions" {
		t.Fatalf("the collector has the spans %v; the log: %s", c.spans, log)
	}
	if header := c.header[0]; header.Get("Api-Key") != "k3y,1" || header.Get("Team") != "sso" || header.Get("Content-Encoding") != "gzip" {
		t.Errorf("the header is %v", header)
	}
	if c.resource["service.name"] != "kits" || c.resource["deployment.environment.name"] != "test" || c.resource["service.version"] != "1.2.3" {
		t.Errorf("the resource is %v", c.resource)
	}
}

// TestFailedExports has collectors that refuse, fail and redirect: each costs at
// most one line of the log, without a credential.
func TestFailedExports(t *testing.T) {
	partial := func(rejected int64) string {
		body, err := proto.Marshal(&collectortrace.ExportTraceServiceResponse{
			PartialSuccess: &collectortrace.ExportTracePartialSuccess{RejectedSpans: rejected, ErrorMessage: "s3cret (7 spans rejected)"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	var strays atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strays.Add(1) }))
	defer elsewhere.Close()
	for name, test := range map[string]struct {
		statuses []int
		header   http.Header
		body     string
		attempts int32
		log      string // a part; empty: no line
	}{
		"accepted at once":          {statuses: []int{200}, attempts: 1},
		"accepted at second":        {statuses: []int{503, 200}, attempts: 2},
		"bad request":               {statuses: []int{400}, body: "s3cret", attempts: 1, log: "400 Bad Request"},
		"unauthorized":              {statuses: []int{401}, body: "s3cret", attempts: 1, log: "401 Unauthorized"},
		"redirect":                  {statuses: []int{307}, header: http.Header{"Location": {elsewhere.URL + "/s3cret"}}, attempts: 1, log: "the collector redirects"},
		"retry after the last wait": {statuses: []int{429}, header: http.Header{"Retry-After": {"3600"}}, body: "s3cret", attempts: 1, log: "max retry time would elapse"},
		"partly rejected":           {statuses: []int{200}, body: partial(300), attempts: 1, log: "rejected 300 spans"},
		"accepted with a remark":    {statuses: []int{200}, body: partial(0), attempts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c, log := newCollector(t), &syncbuf.Buffer{}
			var attempts atomic.Int32
			c.answer = func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Api-Key") != "k3y" {
					t.Errorf("the header is %v", r.Header)
				}
				maps.Copy(w.Header(), test.header)
				w.Header().Set("Content-Type", "application/x-protobuf")
				w.WriteHeader(test.statuses[min(int(attempts.Add(1)), len(test.statuses))-1])
				if _, err := io.WriteString(w, test.body); err != nil {
					t.Error(err)
				}
			}
			s := c.settings(log)
			t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k3y")
			t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "1")
			s.Telemetry.Metrics = false
			o := newObserver(t, s)
			_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "list_versions"})
			end(telemetry.OK)
			eventually(t, "the last attempt", func() bool { return attempts.Load() >= test.attempts })
			o.Close()
			if attempts.Load() != test.attempts || strays.Load() > 0 {
				t.Errorf("%d attempts, want %d; %d at another host", attempts.Load(), test.attempts, strays.Load())
			}
			text := log.String()
			if want := min(len(test.log), 1); strings.Count(text, "\n") != want || !strings.Contains(text, test.log) {
				t.Errorf("the log is %q, want %q", text, test.log)
			}
			for _, secret := range []string{"k3y", "s3cret", "/v1/traces"} {
				if strings.Contains(text, secret) {
					t.Errorf("the log has %s: %s", secret, text)
				}
			}
		})
	}
}

// TestCloseWhileTheCollectorHangs returns although no response comes: the
// collector holds both signals until after Close.
func TestCloseWhileTheCollectorHangs(t *testing.T) {
	c, log, closed := newCollector(t), &syncbuf.Buffer{}, make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-closed }))
	defer hanging.Close()
	s := c.settings(log)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", hanging.URL)
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_METRIC_EXPORT_TIMEOUT"} {
		t.Setenv(name, "3600000")
	}
	o := newObserver(t, s)
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "list_versions"})
	end(telemetry.OK)
	o.Close()
	close(closed)
	if text := log.String(); !strings.Contains(text, "the last export is lost") || strings.Contains(text, hanging.URL) {
		t.Errorf("the log is %q", text)
	}
}

// TestMalformedVariables logs that a variable cannot be read, never its value.
func TestMalformedVariables(t *testing.T) {
	c, log := newCollector(t), &syncbuf.Buffer{}
	s := c.settings(log)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "s3cret,b d=s3cret,x=%zz-s3cret")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "s3cret")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "s3cret")
	t.Setenv("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/does/not/exist")
	t.Setenv("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/does/not/exist")
	exportSpan(t, s)
	text := log.String()
	for _, want := range []string{"parse headers", "parse duration", "OTEL_RESOURCE_ATTRIBUTES", "read tls client cert", "no such file"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log does not have %q", want)
		}
	}
	if strings.Contains(text, "s3cret") {
		t.Errorf("the log quotes a value")
	}
	if t.Failed() {
		t.Log(text)
	}
	if len(c.spans) != 1 || c.resource["service.name"] != "pingkit-mcp-server" {
		t.Errorf("the collector has %v of %v", c.spans, c.resource)
	}
}

// TestContradictoryVariables costs the export that they are about, and not the
// server.
func TestContradictoryVariables(t *testing.T) {
	c, log := newCollector(t), &syncbuf.Buffer{}
	s := c.settings(log)
	secure := httptest.NewTLSServer(c)
	t.Cleanup(secure.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", authority) // for an endpoint without TLS
	t.Setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", secure.URL+"/v1/metrics")
	o := newObserver(t, s)
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "list_versions"})
	end(telemetry.OK)
	o.Close()
	if len(c.spans) > 0 || c.metrics["pingkit.call.duration"] == nil || !strings.Contains(log.String(), "traces are not exported") {
		t.Errorf("the collector has %d spans and the metrics %v; the log: %s", len(c.spans), c.metrics, log)
	}
}

// TestNothingAskedFor has no observer, and every method works on it.
func TestNothingAskedFor(t *testing.T) {
	log := &syncbuf.Buffer{}
	o, err := telemetry.New(telemetry.Settings{
		Logger:    slog.New(slog.NewTextHandler(log, nil)),
		Telemetry: config.Telemetry{Warnings: []config.TelemetryWarning{{Problem: "OTEL_X is wrong", Hint: "set OTEL_X=right"}}},
	})
	if o != nil || err != nil {
		t.Fatal(o, err)
	}
	ctx, end := o.Begin(t.Context(), telemetry.Call{})
	end(telemetry.OK)
	o.Approved("x", "y")
	o.CountSessions(func() int { return 0 })
	handler := http.NotFoundHandler()
	if o.Attempts() != nil || o.ServerOptions() != nil || o.Requests(handler) == nil || telemetry.TraceID(ctx) != "" {
		t.Error("an observer of nothing does something")
	}
	o.Close()
	if text := log.String(); !slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool {
		return strings.Contains(line, "OTEL_X is wrong") && strings.Contains(line, "set OTEL_X=right")
	}) {
		t.Errorf("the log is %q", text)
	}
}
