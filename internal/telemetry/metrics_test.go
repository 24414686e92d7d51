package telemetry_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/otel/sdk"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/syncbuf"
)

// scrape reads a page of the observer's address.
func scrape(t *testing.T, base, path string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: testTimeout}
	response, err := client.Get(base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// listen opens the observer's address.
func listen(t *testing.T, o *telemetry.Observer, ready func() error) (base string) {
	t.Helper()
	address, stop, err := o.Listen(t.Context(), "127.0.0.1:0", ready)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + address.String()
}

func always() error { return nil }

// TestMetricsOfAServer reads the metrics of a few calls by scraping and at the collector.
func TestMetricsOfAServer(t *testing.T) {
	c := newCollector(t)
	settings := c.settings(&syncbuf.Buffer{})
	settings.Telemetry.Traces = false
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	settings.Scraped = true
	o := newObserver(t, settings)
	b := newObservedServer(t, o, &syncbuf.Buffer{})
	b.call("download_asset", `{"integration":"PingID Integration Kit"}`)
	b.call("download_asset", `{"integration":"no such kit of jane.doe"}`)
	b.call("promote_application", `{"application":"Payroll","environment":"Test","redirect_uris":["https://pay.example.com/cb"]}`)
	b.call("revert_application", `{"application":"unknown","promotion":"previous"}`)
	b.post("resources/read", `"uri":"pingkit://applications/Payroll"`, "Mcp-Name", "pingkit://applications/Payroll")
	b.call("a tool of the caller", `{}`)
	b.post("tools/list", `"x":1`, "Authorization", "")
	base := listen(t, o, always)
	_, page := scrape(t, base, "/metrics")
	b.stop()
	o.Close()
	_, got := samples(t, page)
	for sample, want := range map[string]float64{
		`pingkit_call_duration_seconds{method="tools/call",outcome="ok",tool="download_asset"}`:    1,
		`pingkit_call_duration_seconds{method="tools/call",outcome="error",tool="download_asset"}`: 1,
		`pingkit_call_duration_seconds{method="resources/read",outcome="ok"}`:                      1,
		`pingkit_approvals_total{outcome="confirmation_required",tool="promote_application"}`:      1,
		`pingkit_approvals_total{outcome="error",tool="revert_application"}`:                       1,
		`pingkit_upstream_duration_seconds{method="POST",status="2xx",system="PingOne sign-in"}`:   1,
		`pingkit_upstream_duration_seconds{method="GET",status="3xx",system="PingOne"}`:            1,
		`pingkit_upstream_duration_seconds{method="GET",status="2xx",system="storage"}`:            1,
		`pingkit_http_requests_total{status="401"}`:                                                1,
		`pingkit_calls_running`: 0,
		`pingkit_sessions`:      0,
	} {
		if value, found := got[sample]; !found || value != want {
			t.Errorf("%s is %v (found: %v), want %v", sample, value, found, want)
		}
	}
	if got["pingkit_download_bytes_total"] < 1000 {
		t.Error("the download is not counted")
	}
	if strings.Contains(page, "a tool of the caller") {
		t.Error("a name that a caller made up is a label")
	}
	holdsNothing(t, "the page", page)
	holdsNothing(t, "what was sent", c.raw.String())
	if t.Failed() {
		t.Log(page)
	}

	calls := c.metrics["pingkit.call.duration"].GetHistogram()
	if calls.GetAggregationTemporality() != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE || len(calls.GetDataPoints()) != 5 {
		t.Fatalf("the calls were sent as %v", calls)
	}
	for _, p := range calls.DataPoints {
		var sum uint64
		for _, n := range p.BucketCounts {
			sum += n
		}
		if p.Count != 1 || sum != 1 || len(p.BucketCounts) != len(p.ExplicitBounds)+1 || p.GetSum() <= 0 || p.GetMin() != p.GetSum() || p.TimeUnixNano <= p.StartTimeUnixNano {
			t.Errorf("a point is %v", p)
		}
	}
	approvals := c.metrics["pingkit.approvals"].GetSum()
	if !approvals.GetIsMonotonic() || len(approvals.GetDataPoints()) != 2 || approvals.DataPoints[0].GetAsInt() != 1 {
		t.Errorf("the approvals were sent as %v", approvals)
	}
	if memory := c.metrics["go.memory.used"]; memory.GetUnit() != "By" || memory.GetGauge().DataPoints[0].GetAsInt() < 1<<20 {
		t.Errorf("the memory was sent as %v", memory)
	}
}

// samples parses a page of metrics as Prometheus does: the type of each family,
// and the value of each sample, which for a histogram is its count.
func samples(t *testing.T, page string) (types map[string]string, values map[string]float64) {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	types, values = map[string]string{}, map[string]float64{}
	for name, family := range families {
		types[name] = strings.ToLower(family.GetType().String())
		for _, m := range family.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			sample := name
			if len(labels) > 0 {
				sample += "{" + strings.Join(labels, ",") + "}"
			}
			values[sample] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return types, values
}

// TestScrapedFamilies pins names, types and labels, which dashboards rely on, and
// wants the document to have each name.
func TestScrapedFamilies(t *testing.T) {
	s := newCollector(t).settings(&syncbuf.Buffer{})
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", `service.instance.id=1,team=a%22b%5Cc`)
	s.Telemetry.Traces, s.Telemetry.Metrics, s.Scraped = false, false, true
	o := newObserver(t, s)
	begin := o.Attempts()
	begin(t.Context(), connect.Attempt{System: connect.SystemStorage, Method: "GET"})(connect.AttemptEnd{Status: 206, Bytes: 5})
	begin(t.Context(), connect.Attempt{System: connect.SystemStorage, Method: "GET"})(connect.AttemptEnd{Err: context.Canceled, Bytes: 2})
	o.CountSessions(func() int { return 3 })
	o.Approved("promote_application", "promoted")
	_, ended := o.Begin(t.Context(), telemetry.Call{Method: "resources/read"})
	ended(telemetry.OK)
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "x"})
	defer end(telemetry.OK)
	o.Requests(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	_, page := scrape(t, listen(t, o, always), "/metrics")
	types, values := samples(t, page)
	if want := map[string]string{
		"target_info": "gauge", "pingkit_call_duration_seconds": "histogram", "pingkit_calls_running": "gauge",
		"pingkit_approvals_total": "counter", "pingkit_upstream_duration_seconds": "histogram", "pingkit_download_bytes_total": "counter",
		"pingkit_http_requests_total": "counter", "pingkit_sessions": "gauge", "go_goroutines": "gauge", "go_memory_used_bytes": "gauge",
	}; !maps.Equal(types, want) {
		t.Errorf("the families are %v", types)
	}
	for sample, want := range map[string]float64{
		`target_info{service_instance_id="1",service_name="pingkit-mcp-server",service_version="1.2.3",team="a\"b\\c",` +
			`telemetry_sdk_language="go",telemetry_sdk_name="opentelemetry",telemetry_sdk_version="` + sdk.Version() + `"}`: 1,
		`pingkit_call_duration_seconds{method="resources/read",outcome="ok"}`: 1,
		`pingkit_calls_running`: 1,
		`pingkit_approvals_total{outcome="promoted",tool="promote_application"}`:         1,
		`pingkit_upstream_duration_seconds{method="GET",status="2xx",system="storage"}`:  1,
		`pingkit_upstream_duration_seconds{method="GET",status="none",system="storage"}`: 1,
		`pingkit_download_bytes_total`:              7,
		`pingkit_http_requests_total{status="404"}`: 1,
		`pingkit_sessions`:                          3,
	} {
		if value, found := values[sample]; !found || value != want {
			t.Errorf("%s is %v (found: %v), want %v", sample, value, found, want)
		}
	}
	document, err := os.ReadFile("../../docs/observation.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range types {
		if !strings.Contains(string(document), "`"+name+"`") {
			t.Errorf("docs/observation.md does not describe %s", name)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

// TestDelta exports changes instead of sums.
func TestDelta(t *testing.T) {
	c := newCollector(t)
	s := c.settings(&syncbuf.Buffer{})
	t.Setenv("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta")
	o := newObserver(t, s)
	o.Approved("promote_application", "promoted")
	o.Approved("promote_application", "") // nothing to approve
	o.Close()
	sent := c.metrics["pingkit.approvals"].GetSum()
	if sent.GetAggregationTemporality() != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA || len(sent.DataPoints) != 1 {
		t.Errorf("sent as %v", sent)
	}
}

// TestRequests passes responses on unchanged, streams too.
func TestRequests(t *testing.T) {
	s := newCollector(t).settings(&syncbuf.Buffer{})
	s.Scraped = true
	o := newObserver(t, s)
	server := httptest.NewServer(o.Requests(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stream":
			for range 2 {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		case "/panic":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
			panic(http.ErrAbortHandler)
		default:
			http.Error(w, "too many", http.StatusTooManyRequests)
		}
	})))
	defer server.Close()
	if status, body := scrape(t, server.URL, "/stream"); status != http.StatusOK || body != "xx" {
		t.Errorf("%d %q", status, body)
	}
	if status, body := scrape(t, server.URL, "/"); status != http.StatusTooManyRequests || body != "too many\n" {
		t.Errorf("%d %q", status, body)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if response, err := client.Get(server.URL + "/panic"); err == nil {
		response.Body.Close()
		t.Error("an aborted response is complete")
	}
	base := listen(t, o, always)
	eventually(t, "the count of all requests", func() bool {
		_, page := scrape(t, base, "/metrics")
		return strings.Contains(page, `requests_total{status="200"} 1`) && strings.Contains(page, `requests_total{status="429"} 1`) &&
			strings.Contains(page, `requests_total{status="418"} 1`)
	})
}
