package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testTimeout bounds the wait for an event, on a machine of any speed.
const testTimeout = 20 * time.Second

// collector receives OTLP over HTTP and decodes it with OpenTelemetry's own
// messages.
type collector struct {
	t *testing.T
	*httptest.Server
	answer http.HandlerFunc // nil: success

	mu       sync.Mutex
	header   []http.Header
	raw      bytes.Buffer // all requests, decompressed
	resource map[string]string
	spans    []*trace.Span
	metrics  map[string]*metrics.Metric // the latest of each name
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{t: t, metrics: map[string]*metrics.Metric{}}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.header = append(c.header, r.Header.Clone())
	if c.answer != nil {
		c.answer(w, r)
		return
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			c.t.Error(err)
			return
		}
		body = unpacked
	}
	sent, err := io.ReadAll(body)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-protobuf" {
		c.t.Errorf("%s of %s: %v", r.Method, r.Header.Get("Content-Type"), err)
	}
	c.raw.Write(sent)
	switch r.URL.Path {
	case "/v1/traces":
		var request collectortrace.ExportTraceServiceRequest
		c.decode(sent, &request)
		for _, resource := range request.ResourceSpans {
			c.resource = attributes(resource.Resource.Attributes)
			for _, scope := range resource.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	case "/v1/metrics":
		var request collectormetrics.ExportMetricsServiceRequest
		c.decode(sent, &request)
		for _, resource := range request.ResourceMetrics {
			c.resource = attributes(resource.Resource.Attributes)
			for _, scope := range resource.ScopeMetrics {
				for _, m := range scope.Metrics {
					c.metrics[m.Name] = m
				}
			}
		}
	default:
		c.t.Errorf("sent to %s", r.URL.Path)
	}
}

// decode requires every byte to belong to a known field.
func (c *collector) decode(sent []byte, m proto.Message) {
	if err := (proto.UnmarshalOptions{DiscardUnknown: false}).Unmarshal(sent, m); err != nil {
		c.t.Error(err)
	}
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil || len(again) != len(sent) {
		c.t.Errorf("%d bytes were sent, %d of which have a meaning: %v", len(sent), len(again), err)
	}
}

// attributes shows attributes as text.
func attributes(list []*common.KeyValue) map[string]string {
	m := map[string]string{}
	for _, a := range list {
		switch v := a.Value.Value.(type) {
		case *common.AnyValue_StringValue:
			m[a.Key] = v.StringValue
		case *common.AnyValue_IntValue:
			m[a.Key] = strconv.FormatInt(v.IntValue, 10)
		default:
			m[a.Key] = fmt.Sprint(v)
		}
	}
	return m
}

// settings exports both signals to the collector.
func (c *collector) settings(log io.Writer) telemetry.Settings {
	c.t.Helper()
	c.t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	return telemetry.Settings{
		Service: "pingkit-mcp-server", Version: "1.2.3",
		Logger:    slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo})),
		Telemetry: config.Telemetry{Traces: true, Metrics: true},
	}
}

func newObserver(t *testing.T, s telemetry.Settings) *telemetry.Observer {
	t.Helper()
	o, err := telemetry.New(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	return o
}
