package telemetry_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	collectortrace "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/testutil/syncbuf"
)

// oneSpan sends a span, and returns when it was delivered or given up.
func oneSpan(t *testing.T, s telemetry.Settings) {
	t.Helper()
	s.Telemetry.Metrics.URL = ""
	o := newObserver(t, s)
	_, end := o.Begin(t.Context(), telemetry.Call{Method: "tools/call", Tool: "list_versions"})
	end(telemetry.OK)
	o.Close()
}

// TestDelivery has collectors that do not take what they get at once.
func TestDelivery(t *testing.T) {
	partial, err := proto.Marshal(&collectortrace.ExportTraceServiceResponse{
		PartialSuccess: &collectortrace.ExportTracePartialSuccess{RejectedSpans: 300, ErrorMessage: "s3cret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	warned, err := proto.Marshal(&collectortrace.ExportTraceServiceResponse{
		PartialSuccess: &collectortrace.ExportTracePartialSuccess{ErrorMessage: "all is well"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		answers  []int
		header   string // Retry-After
		body     string
		attempts int
		log      string // a part; empty: silence
	}{
		"at once":                {answers: []int{200}, attempts: 1},
		"the second time":        {answers: []int{503, 200}, attempts: 2},
		"refused":                {answers: []int{400}, attempts: 1, log: "400 Bad Request"},
		"no right":               {answers: []int{401}, attempts: 1, log: "401 Unauthorized"},
		"moved":                  {answers: []int{307}, attempts: 1, log: "307"},
		"later than we can wait": {answers: []int{429}, header: "3600", attempts: 1, log: "429"},
		"in part":                {answers: []int{200}, body: string(partial), attempts: 1, log: "rejected 300"},
		"with a warning":         {answers: []int{200}, body: string(warned), attempts: 1},
		"no protobuf":            {answers: []int{200}, body: "\xff\xff\xff", attempts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c, log := newCollector(t), &syncbuf.Buffer{}
			attempts := 0
			c.answer = func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Api-Key") != "k3y" {
					t.Errorf("the header is %v", r.Header)
				}
				w.Header().Set("Retry-After", test.header)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.answers[min(attempts, len(test.answers)-1)])
				attempts++
				if _, err := io.WriteString(w, test.body); err != nil {
					t.Error(err)
				}
			}
			s := c.settings(log)
			s.Telemetry.Traces.Header = map[string]string{"api-key": "k3y"}
			oneSpan(t, s)
			if attempts != test.attempts {
				t.Errorf("%d attempts, want %d", attempts, test.attempts)
			}
			text := log.String()
			if (text == "") != (test.log == "") || !strings.Contains(text, test.log) || strings.Contains(text, "k3y") || strings.Contains(text, "s3cret") {
				t.Errorf("the log is %q", text)
			}
		})
	}
}

// TestCollectorThatIsGone costs one line in the log and little time.
func TestCollectorThatIsGone(t *testing.T) {
	c, log := newCollector(t), &syncbuf.Buffer{}
	s := c.settings(log)
	s.Telemetry.Traces.Timeout = time.Second
	c.Close()
	start := time.Now()
	oneSpan(t, s)
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("the end took %s", took)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "telemetry is not delivered") {
		t.Errorf("the log is %q", log)
	}
}

// TestNothingAskedFor has no observer, whom everybody may tell everything.
func TestNothingAskedFor(t *testing.T) {
	log := &syncbuf.Buffer{}
	o, err := telemetry.New(telemetry.Settings{Logger: slog.New(slog.NewTextHandler(log, nil)), Telemetry: config.Telemetry{Warnings: []string{"OTEL_X is wrong"}}})
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
	if !strings.Contains(log.String(), "OTEL_X is wrong") {
		t.Errorf("the log is %q", log)
	}
}

// TestUnusableCertificate says so at the start.
func TestUnusableCertificate(t *testing.T) {
	for _, signal := range []string{"traces", "metrics"} {
		s := newCollector(t).settings(&syncbuf.Buffer{})
		if signal == "traces" {
			s.Telemetry.Traces.CA = []byte("no PEM")
		} else {
			s.Telemetry.Metrics.CA = []byte("no PEM")
		}
		if _, err := telemetry.New(s); err == nil || !strings.Contains(err.Error(), signal) {
			t.Errorf("%s: %v", signal, err)
		}
	}
}
