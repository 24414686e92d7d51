package telemetry

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"example.com/pingkit/internal/sanitize"
)

// spanExporter and metricExporter log the failures of an exporter themselves:
// the SDK would log each one, in the collector's own words.
type spanExporter struct {
	sdktrace.SpanExporter
	*delivery
}

func (e spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.done(ctx, e.SpanExporter.ExportSpans(ctx, spans))
	return nil
}

type metricExporter struct {
	metric.Exporter
	*delivery
}

func (e metricExporter) Export(ctx context.Context, metrics *metricdata.ResourceMetrics) error {
	e.done(ctx, e.Exporter.Export(ctx, metrics))
	return nil
}

// delivery logs when the exports of a signal begin to fail and when they work
// again: an unreachable collector costs one line, not one for each export.
type delivery struct {
	signal  string
	logger  *slog.Logger
	failing atomic.Bool
}

func (d *delivery) done(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) {
		return // by the shutdown, which reports what is lost
	}
	why := reason(err)
	level := slog.LevelDebug
	if d.failing.Swap(why != "") != (why != "") {
		level = slog.LevelWarn
	}
	if why != "" {
		d.logger.Log(ctx, level, "telemetry is not delivered", "signal", d.signal, "error", why)
	} else if level == slog.LevelWarn {
		d.logger.InfoContext(ctx, "telemetry is delivered again", "signal", d.signal)
	}
}

const reasonLimit = 300 // characters

var (
	rejectedItems = regexp.MustCompile(`\((\d+ [a-z ]+) rejected\)`)
	// address finds URLs, of which all but scheme and host may hold a credential;
	// userinfo finds the credentials of a proxy's address without a scheme.
	address  = regexp.MustCompile(`(\w+://)(?:[^/\s"]*@)?([^/?#\s"]+)[^\s"]*`)
	userinfo = regexp.MustCompile(`[^\s"/@]+@`)
)

// reason explains why an export failed, "" if it did not. It leaves out the
// collector's response and the rest of its address, which may echo or hold a
// credential.
func reason(err error) string {
	if err == nil {
		return ""
	}
	if layer, ok := errors.AsType[*url.Error](err); ok {
		err = layer.Err // without the method and the address
	}
	text := err.Error()
	if _, partial, found := strings.Cut(text, "OTLP partial success: "); found {
		all := rejectedItems.FindAllStringSubmatch(partial, -1)
		if len(all) == 0 || strings.HasPrefix(all[len(all)-1][1], "0 ") {
			return "" // only a remark
		}
		return "the collector rejected " + all[len(all)-1][1]
	}
	text, _, _ = strings.Cut(text, "body: ")
	text = userinfo.ReplaceAllString(address.ReplaceAllString(text, "$1$2"), "")
	return sanitize.Line(strings.TrimRight(text, " (:"), reasonLimit)
}

var errRedirected = errors.New("the collector redirects, and the exporter does not follow: set the endpoint to the new address")

// proxyWithoutRedirects is the usual choice of a proxy, and the one hook of the
// exporters that can stop a redirect: they would repeat their headers, which may
// hold a credential, to another host.
func proxyWithoutRedirects(r *http.Request) (*url.URL, error) {
	if r.Response != nil {
		return nil, errRedirected
	}
	return http.ProxyFromEnvironment(r)
}

// logSDK sends what OpenTelemetry's SDK and exporters log to the server's log.
func logSDK(logger *slog.Logger) {
	otel.SetLogger(logr.FromSlogHandler(sdkLog{logger.Handler()}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		// Observer.resource has a line for a malformed variable, without its value.
		if why := reason(err); why != "" && !errors.Is(err, resource.ErrPartialResource) {
			logger.Warn("telemetry: " + why)
		}
	}))
}

// sdkLog passes the fixed texts of the SDK's log lines on, and drops their
// values: a malformed variable is among them, headers included.
type sdkLog struct{ next slog.Handler }

// warning is the level that OpenTelemetry's warnings have in slog.
const warning = slog.Level(-1)

func sdkLevel(level slog.Level) slog.Level {
	if level == warning {
		return slog.LevelWarn
	}
	return level
}

func (h sdkLog) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, sdkLevel(level))
}

func (h sdkLog) Handle(ctx context.Context, r slog.Record) error {
	line := slog.NewRecord(r.Time, sdkLevel(r.Level), "telemetry: "+r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			if file, ok := errors.AsType[*fs.PathError](err); ok {
				line.AddAttrs(slog.Any("error", file))
			}
		}
		return true
	})
	return h.next.Handle(ctx, line)
}

func (h sdkLog) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h sdkLog) WithGroup(string) slog.Handler      { return h }
