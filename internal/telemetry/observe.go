// Package telemetry lets operators watch a server: its health, its metrics and
// its traces. None of these holds what a call was about: no argument, no id or
// name, no query, no text of an error, no caller.
package telemetry

import (
	"context"
	"log/slog"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/pingkit/internal/config"
)

// Settings say what is observed and where it goes.
type Settings struct {
	Service, Version string // the program's name, and the one of its version
	Logger           *slog.Logger
	Scraped          bool // metrics can be read at Listen's address
	Telemetry        config.Telemetry
}

// Observer is told what a server does. A nil Observer may be told as well, and
// forgets it; so no code asks whether there is one.
type Observer struct {
	logger *slog.Logger
	tracer trace.Tracer // nil: no traces
	counts *instruments // nil: no metrics
	reader *metric.ManualReader
	stops  []func(context.Context) error
}

// closeTimeout is how long Close waits for a collector.
const closeTimeout = 2 * time.Second

// scope names what makes the traces and metrics.
const scope = "pingkit"

// New returns an Observer of what the settings ask for, nil if that is nothing.
// It opens no connection; Close ends it.
func New(s Settings) (*Observer, error) {
	for _, warning := range s.Telemetry.Warnings {
		s.Logger.Warn("telemetry: " + warning)
	}
	traced, exported := s.Telemetry.Traces.URL != "", s.Telemetry.Metrics.URL != ""
	if !traced && !exported && !s.Scraped {
		return nil, nil
	}
	// What the SDK has to say goes to the log like everything else.
	otel.SetLogger(logr.FromSlogHandler(s.Logger.Handler()))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { s.Logger.Warn("telemetry: " + err.Error()) }))
	self, err := resource.New(context.Background(),
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			attribute.String("service.name", s.Service),
			attribute.String("service.version", s.Version),
			// Replicas count for themselves.
			attribute.String("service.instance.id", uuid.NewString()),
		),
		resource.WithFromEnv(),
	)
	if err != nil {
		return nil, err
	}
	o := &Observer{logger: s.Logger}
	if traced {
		to, err := newSender("traces", s.Telemetry.Traces, s)
		if err != nil {
			return nil, err
		}
		provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(&spanExporter{to}), sdktrace.WithResource(self))
		o.tracer = provider.Tracer(scope, trace.WithInstrumentationVersion(s.Version))
		o.stops = append(o.stops, provider.Shutdown)
	}
	options := []metric.Option{metric.WithResource(self), metric.WithExemplarFilter(exemplar.AlwaysOffFilter)}
	if exported {
		to, err := newSender("metrics", s.Telemetry.Metrics, s)
		if err != nil {
			o.Close()
			return nil, err
		}
		options = append(options, metric.WithReader(metric.NewPeriodicReader(&metricExporter{to, temporality(s.Telemetry.Temporality)})))
	}
	if s.Scraped {
		o.reader = metric.NewManualReader()
		options = append(options, metric.WithReader(o.reader))
	}
	if exported || s.Scraped {
		provider := metric.NewMeterProvider(options...)
		o.stops = append(o.stops, provider.Shutdown)
		if o.counts, err = newInstruments(provider.Meter(scope)); err != nil {
			o.Close()
			return nil, err
		}
	}
	return o, nil
}

// Close sends what was not sent yet, within a bound, and ends the observation.
// What cannot be sent any more is logged: a server that did its work ended well.
func (o *Observer) Close() {
	if o == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	for _, stop := range o.stops {
		if err := stop(ctx); err != nil {
			o.logger.Warn("telemetry: the last of it is lost", "error", err)
		}
	}
}

func temporality(preference string) metric.TemporalitySelector {
	switch preference {
	case "delta":
		return metric.DeltaTemporalitySelector
	case "lowmemory":
		return metric.LowMemoryTemporalitySelector
	}
	return metric.CumulativeTemporalitySelector
}
