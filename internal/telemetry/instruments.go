package telemetry

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"
)

// instruments are the metrics. Each of their attributes has few values, which
// this program chooses, never a caller.
type instruments struct {
	calls     metric.Float64Histogram    // method, tool, outcome
	running   metric.Int64UpDownCounter  // of those calls
	approvals metric.Int64Counter        // tool, outcome
	upstream  metric.Float64Histogram    // system, method, status
	bytes     metric.Int64Counter        // downloaded
	requests  metric.Int64Counter        // status
	sessions  atomic.Pointer[func() int] // open sessions, where there are any
}

// callSeconds and upstreamSeconds are the bounds of the histograms' buckets. A
// call may hold a download, or a user who is asked.
var (
	callSeconds     = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300}
	upstreamSeconds = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
)

func newInstruments(m metric.Meter) (*instruments, error) {
	i := &instruments{}
	var errs [9]error
	i.calls, errs[0] = m.Float64Histogram("pingkit.call.duration", metric.WithUnit("s"),
		metric.WithDescription("Calls of tools, and reads of resources and completions, by outcome."),
		metric.WithExplicitBucketBoundaries(callSeconds...))
	i.running, errs[1] = m.Int64UpDownCounter("pingkit.calls.running",
		metric.WithDescription("Calls that run now."))
	i.approvals, errs[2] = m.Int64Counter("pingkit.approvals",
		metric.WithDescription("Calls that need an approval, by what became of it."))
	i.upstream, errs[3] = m.Float64Histogram("pingkit.upstream.duration", metric.WithUnit("s"),
		metric.WithDescription("Requests to PingOne, its storage and PingCentral until the answer was read, retries apart."),
		metric.WithExplicitBucketBoundaries(upstreamSeconds...))
	i.bytes, errs[4] = m.Int64Counter("pingkit.download.bytes", metric.WithUnit("By"),
		metric.WithDescription("Bytes of kits that came from the storage."))
	i.requests, errs[5] = m.Int64Counter("pingkit.http.requests",
		metric.WithDescription("Requests of callers over HTTP, by status; refused ones too."))
	_, errs[6] = m.Int64ObservableGauge("pingkit.sessions", metric.WithDescription("Open sessions of MCP revisions before 2026-07-28."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			if count := i.sessions.Load(); count != nil {
				o.Observe(int64((*count)()))
			}
			return nil
		}))
	_, errs[7] = m.Int64ObservableGauge("go.goroutines", metric.WithDescription("Goroutines of the process."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(runtime.NumGoroutine()))
			return nil
		}))
	_, errs[8] = m.Int64ObservableGauge("go.memory.used", metric.WithUnit("By"), metric.WithDescription("Memory that Go's runtime holds."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(memoryUsed())
			return nil
		}))
	return i, errors.Join(errs[:]...)
}

// memoryUsed is what the runtime has from the system and did not give back, in
// bytes.
func memoryUsed() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
