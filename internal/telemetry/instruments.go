package telemetry

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"
)

// instruments are the metrics. Each attribute has few values, and the program
// chooses all of them: a caller cannot add a time series.
type instruments struct {
	calls     metric.Float64Histogram    // method, tool, outcome
	running   metric.Int64UpDownCounter  // calls in progress
	approvals metric.Int64Counter        // tool, outcome
	upstream  metric.Float64Histogram    // system, method, status
	bytes     metric.Int64Counter        // of kits
	requests  metric.Int64Counter        // status
	sessions  atomic.Pointer[func() int] // open sessions, where there are any
}

// callSeconds and upstreamSeconds bound the histograms' buckets. A call may
// include a download or an elicitation.
var (
	callSeconds     = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300}
	upstreamSeconds = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
)

func newInstruments(m metric.Meter) (*instruments, error) {
	i := &instruments{}
	var errs [9]error
	i.calls, errs[0] = m.Float64Histogram("pingkit.call.duration", metric.WithUnit("s"),
		metric.WithDescription("Tool calls, resource reads and completions, by outcome."),
		metric.WithExplicitBucketBoundaries(callSeconds...))
	i.running, errs[1] = m.Int64UpDownCounter("pingkit.calls.running",
		metric.WithDescription("Calls in progress."))
	i.approvals, errs[2] = m.Int64Counter("pingkit.approvals",
		metric.WithDescription("Calls that need an approval, by outcome."))
	i.upstream, errs[3] = m.Float64Histogram("pingkit.upstream.duration", metric.WithUnit("s"),
		metric.WithDescription("Requests to PingOne, its storage and PingCentral until the response is read; each retry counts."),
		metric.WithExplicitBucketBoundaries(upstreamSeconds...))
	i.bytes, errs[4] = m.Int64Counter("pingkit.download.bytes", metric.WithUnit("By"),
		metric.WithDescription("Bytes of kits received from the storage."))
	i.requests, errs[5] = m.Int64Counter("pingkit.http.requests",
		metric.WithDescription("HTTP requests of callers, including refused ones, by status."))
	_, errs[6] = m.Int64ObservableGauge("pingkit.sessions", metric.WithDescription("Open sessions of the stateful protocol (MCP to 2025-11-25)."),
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
	_, errs[8] = m.Int64ObservableGauge("go.memory.used", metric.WithUnit("By"), metric.WithDescription("Memory of Go's runtime, without what it returned to the system."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(memoryUsed())
			return nil
		}))
	return i, errors.Join(errs[:]...)
}

// memoryUsed is the memory that the runtime has from the system and did not
// return, in bytes.
func memoryUsed() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
