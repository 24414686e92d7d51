package telemetry_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	metrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/syncbuf"
)

// scrape reads a page of the observer's address.
func scrape(t *testing.T, base, path string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
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

// TestMetricsOfAServer reads at both ends what a few calls did.
func TestMetricsOfAServer(t *testing.T) {
	c := newCollector(t)
	settings := c.settings(&syncbuf.Buffer{})
	settings.Telemetry.Traces.URL = ""
	settings.Telemetry.Metrics.Gzip = true
	settings.Scraped = true
	o := newObserver(t, settings)
	b := newBench(t, o, &syncbuf.Buffer{})
	b.call("download_asset", `{"integration":"PingID Integration Kit"}`)
	b.call("download_asset", `{"integration":"no such kit of jane.doe"}`)
	b.call("promote_application", `{"application":"Payroll","environment":"Test"}`)
	b.call("revert_application", `{"application":"nobody's","promotion":"previous"}`)
	b.post("resources/read", `"uri":"pingkit://applications/Payroll"`, "Mcp-Name", "pingkit://applications/Payroll")
	b.call("a tool of the caller", `{}`)
	b.post("tools/list", `"x":1`, "Authorization", "")
	base := listen(t, o, always)
	_, page := scrape(t, base, "/metrics")
	b.stop()
	o.Close()
	for _, line := range []string{
		`pingkit_call_duration_seconds_count{method="tools/call",outcome="ok",tool="download_asset"} 1`,
		`pingkit_call_duration_seconds_count{method="tools/call",outcome="error",tool="download_asset"} 1`,
		`pingkit_call_duration_seconds_count{method="resources/read",outcome="ok"} 1`,
		`pingkit_call_duration_seconds_bucket{method="resources/read",outcome="ok",le="+Inf"} 1`,
		`pingkit_approvals_total{outcome="confirmation_required",tool="promote_application"} 1`,
		`pingkit_approvals_total{outcome="error",tool="revert_application"} 1`,
		`pingkit_upstream_duration_seconds_count{method="POST",status="2xx",system="PingOne sign-in"} 1`,
		`pingkit_upstream_duration_seconds_count{method="GET",status="3xx",system="PingOne"} 1`,
		`pingkit_upstream_duration_seconds_count{method="GET",status="2xx",system="storage"} 1`,
		`pingkit_http_requests_total{status="401"} 1`,
		`pingkit_calls_running 0`,
		`pingkit_sessions 0`,
	} {
		if !strings.Contains(page, line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	if downloaded := regexp.MustCompile(`(?m)^pingkit_download_bytes_total [1-9]\d{3,}$`); !downloaded.MatchString(page) {
		t.Error("no download is counted")
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
	if c.header[0].Get("User-Agent") != "pingkit-mcp-server/1.2.3" {
		t.Errorf("the header is %v", c.header[0])
	}
}

// TestExposition compares a page with what Prometheus's format says.
func TestExposition(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", `service.instance.id=1,9team=a%22b%5Cc`)
	s := newCollector(t).settings(&syncbuf.Buffer{})
	s.Telemetry.Traces.URL, s.Telemetry.Metrics.URL, s.Scraped = "", "", true
	o := newObserver(t, s)
	begin := o.Attempts()
	begin(t.Context(), connect.Attempt{System: connect.SystemStorage, Method: "GET"})(connect.AttemptEnd{Status: 206, Bytes: 5})
	begin(t.Context(), connect.Attempt{System: connect.SystemStorage, Method: "GET"})(connect.AttemptEnd{Err: context.Canceled, Bytes: 2})
	o.CountSessions(func() int { return 3 })
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "x"})
	defer end(telemetry.OK)
	_, page := scrape(t, listen(t, o, always), "/metrics")
	page = regexp.MustCompile(`(_sum\S*|go_\S+|le="[.\d]+"}) [-.e\d]+`).ReplaceAllString(page, "$1 #")
	page = regexp.MustCompile(`(?m)^\S+le="[.\d]+"} #\n`).ReplaceAllString(page, "")
	const want = `# HELP target_info The program that these metrics are of.
# TYPE target_info gauge
target_info{_9team="a\"b\\c",service_instance_id="1",service_name="pingkit-mcp-server",service_version="1.2.3",telemetry_sdk_language="go",telemetry_sdk_name="opentelemetry",telemetry_sdk_version="V"} 1
# HELP pingkit_calls_running Calls that run now.
# TYPE pingkit_calls_running gauge
pingkit_calls_running 1
# HELP pingkit_upstream_duration_seconds Requests to PingOne, its storage and PingCentral until the answer was read, retries apart.
# TYPE pingkit_upstream_duration_seconds histogram
pingkit_upstream_duration_seconds_bucket{method="GET",status="2xx",system="storage",le="+Inf"} 1
pingkit_upstream_duration_seconds_sum{method="GET",status="2xx",system="storage"} #
pingkit_upstream_duration_seconds_count{method="GET",status="2xx",system="storage"} 1
pingkit_upstream_duration_seconds_bucket{method="GET",status="none",system="storage",le="+Inf"} 1
pingkit_upstream_duration_seconds_sum{method="GET",status="none",system="storage"} #
pingkit_upstream_duration_seconds_count{method="GET",status="none",system="storage"} 1
# HELP pingkit_download_bytes_total Bytes of kits that came from the storage.
# TYPE pingkit_download_bytes_total counter
pingkit_download_bytes_total 7
# HELP pingkit_sessions Open sessions of MCP revisions before 2026-07-28.
# TYPE pingkit_sessions gauge
pingkit_sessions 3
# HELP go_goroutines Goroutines of the process.
# TYPE go_goroutines gauge
go_goroutines #
# HELP go_memory_used_bytes Memory that Go's runtime holds.
# TYPE go_memory_used_bytes gauge
go_memory_used_bytes #
`
	page = regexp.MustCompile(`sdk_version="[^"]+"`).ReplaceAllString(page, `sdk_version="V"`)
	if page != want {
		t.Errorf("the page is\n%s\nwant\n%s", page, want)
	}
}

// TestDelta has a backend get changes instead of sums.
func TestDelta(t *testing.T) {
	c := newCollector(t)
	s := c.settings(&syncbuf.Buffer{})
	s.Telemetry.Temporality = "delta"
	o := newObserver(t, s)
	o.Approved("promote_application", "promoted")
	o.Approved("promote_application", "") // nothing to approve
	o.Close()
	sent := c.metrics["pingkit.approvals"].GetSum()
	if sent.GetAggregationTemporality() != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA || len(sent.DataPoints) != 1 {
		t.Errorf("sent as %v", sent)
	}
}

// TestRequests passes answers on as they are, streams too.
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
			http.Error(w, "slow down", http.StatusTooManyRequests)
		}
	})))
	defer server.Close()
	if status, body := scrape(t, server.URL, "/stream"); status != http.StatusOK || body != "xx" {
		t.Errorf("%d %q", status, body)
	}
	if status, body := scrape(t, server.URL, "/"); status != http.StatusTooManyRequests || body != "slow down\n" {
		t.Errorf("%d %q", status, body)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if response, err := client.Get(server.URL + "/panic"); err == nil {
		response.Body.Close()
		t.Error("an aborted answer is whole")
	}
	base := listen(t, o, always)
	eventually(t, "the count of all requests", func() bool {
		_, page := scrape(t, base, "/metrics")
		return strings.Contains(page, `requests_total{status="200"} 1`) && strings.Contains(page, `requests_total{status="429"} 1`) &&
			strings.Contains(page, `requests_total{status="418"} 1`)
	})
}
