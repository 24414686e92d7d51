// Package telemetry lets operators watch a server: health, metrics, traces.
// None of these holds an argument, an ID or name, a query, the text of an error
// or a caller.
package telemetry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/pingkit/internal/config"
)

// Settings say what is observed and where it goes. OpenTelemetry's exporters and
// SDK read the details of an export from the environment.
type Settings struct {
	Service, Version string // name and version of the program
	Logger           *slog.Logger
	Scraped          bool // Listen serves the metrics
	Telemetry        config.Telemetry
}

// Observer records what a server does. All methods work on a nil Observer and do
// nothing there, so callers need not ask whether telemetry is on.
type Observer struct {
	logger  *slog.Logger
	tracer  trace.Tracer // nil: no traces
	counts  *instruments // nil: no metrics
	metrics http.Handler // nil: not scraped
	stops   []func(context.Context) error
}

const (
	// closeTimeout bounds what Close spends on the last exports.
	closeTimeout = 2 * time.Second
	// firstRetry is short enough for a second attempt within closeTimeout.
	firstRetry, maxRetryInterval, maxRetryTime = 500 * time.Millisecond, 30 * time.Second, time.Minute
	// scope names the source of the traces and metrics.
	scope = "pingkit"
)

// New returns an Observer of what the settings ask for, nil if that is nothing.
// It opens no connection; Close ends it.
func New(s Settings) (*Observer, error) {
	for _, w := range s.Telemetry.Warnings {
		s.Logger.Warn("telemetry: "+w.Problem, "hint", w.Hint)
	}
	traced, exported := s.Telemetry.Traces, s.Telemetry.Metrics
	if !traced && !exported && !s.Scraped {
		return nil, nil
	}
	logSDK(s.Logger)
	o := &Observer{logger: s.Logger}
	self := o.resource(s)
	if traced {
		options := []otlptracehttp.Option{
			otlptracehttp.WithProxy(proxyWithoutRedirects),
			otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: firstRetry, MaxInterval: maxRetryInterval, MaxElapsedTime: maxRetryTime}),
		}
		if roots := trusted(s.Telemetry.TracesCA); roots != nil {
			options = append(options, otlptracehttp.WithTLSClientConfig(roots))
		}
		exporter, err := otlptracehttp.New(context.Background(), options...)
		if o.usable("traces", err) {
			provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spanExporter{exporter, &delivery{signal: "traces", logger: s.Logger}}), sdktrace.WithResource(self))
			o.tracer = provider.Tracer(scope, trace.WithInstrumentationVersion(s.Version))
			o.stops = append(o.stops, shutdown(provider.Shutdown, exporter.Shutdown))
		}
	}
	if !exported && !s.Scraped {
		return o, nil
	}
	options := []metric.Option{metric.WithResource(self), metric.WithExemplarFilter(exemplar.AlwaysOffFilter)}
	if exported {
		exports := []otlpmetrichttp.Option{
			otlpmetrichttp.WithProxy(proxyWithoutRedirects),
			otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: true, InitialInterval: firstRetry, MaxInterval: maxRetryInterval, MaxElapsedTime: maxRetryTime}),
		}
		if roots := trusted(s.Telemetry.MetricsCA); roots != nil {
			exports = append(exports, otlpmetrichttp.WithTLSClientConfig(roots))
		}
		exporter, err := otlpmetrichttp.New(context.Background(), exports...)
		if o.usable("metrics", err) {
			options = append(options, metric.WithReader(metric.NewPeriodicReader(metricExporter{exporter, &delivery{signal: "metrics", logger: s.Logger}})))
		}
	}
	if s.Scraped {
		registry := prometheus.NewRegistry()
		exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry), otelprometheus.WithoutScopeInfo())
		if err != nil {
			o.Close()
			return nil, err
		}
		options = append(options, metric.WithReader(exporter))
		o.metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(s.Logger.Handler(), slog.LevelWarn)})
	}
	provider := metric.NewMeterProvider(options...)
	o.stops = append(o.stops, provider.Shutdown)
	var err error
	if o.counts, err = newInstruments(provider.Meter(scope)); err != nil {
		o.Close()
		return nil, err
	}
	return o, nil
}

// usable reports whether an exporter accepts its variables. Clients hand their
// own down to the server, so a contradiction costs a warning and not the start.
func (o *Observer) usable(signal string, err error) bool {
	if err != nil {
		o.logger.Warn("telemetry: "+signal+" are not exported", "error", reason(err), "hint", "check the variables OTEL_EXPORTER_OTLP_…")
	}
	return err == nil
}

// resource describes the process. A malformed OTEL_RESOURCE_ATTRIBUTES costs a
// warning and what cannot be read of it.
func (o *Observer) resource(s Settings) *resource.Resource {
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
		o.logger.Warn("telemetry: OTEL_RESOURCE_ATTRIBUTES has a part that is not key=value", "hint", "encode special characters as in a URL")
	}
	return self
}

// Close exports what is left, for two seconds at most, and ends the observation.
// It logs what is lost: a server that did its work ended well.
func (o *Observer) Close() {
	if o == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var all sync.WaitGroup
	for _, stop := range o.stops {
		all.Go(func() {
			if err := stop(ctx); err != nil {
				o.logger.Warn("telemetry: the last export is lost", "error", reason(err))
			}
		})
	}
	all.Wait()
}

// shutdown stops a provider and then its exporter, whose exports a batch
// processor would otherwise wait for beyond the bound.
func shutdown(provider, exporter func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := provider(ctx)
		if err != nil && ctx.Err() != nil {
			err = errors.Join(err, exporter(ctx))
		}
		return err
	}
}

// trusted returns a configuration that trusts the authorities of pem besides the system's, or nil where pem is empty.
func trusted(pem []byte) *tls.Config {
	if len(pem) == 0 {
		return nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // as on a system without authorities
	}
	roots.AppendCertsFromPEM(pem)
	return &tls.Config{RootCAs: roots}
}
