package telemetry

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"example.com/pingkit/connect"
)

// Attempts returns the function that observes each request to a system, for
// connect.WithObserver; nil on a nil Observer.
func (o *Observer) Attempts() func(context.Context, connect.Attempt) func(connect.AttemptEnd) {
	if o == nil {
		return nil
	}
	return o.attempt
}

// attempt observes one request, with a span below the call's. It adds nothing to
// the request: neither PingOne nor PingCentral documents traceparent, and a
// storage checks the signature of the request.
func (o *Observer) attempt(ctx context.Context, a connect.Attempt) func(connect.AttemptEnd) {
	start := time.Now()
	var span trace.Span
	if o.tracer != nil {
		_, span = o.tracer.Start(ctx, strings.TrimSpace(a.Method+" "+a.Route), trace.WithSpanKind(trace.SpanKindClient),
			trace.WithAttributes(attemptAttributes(a)...))
	}
	return func(end connect.AttemptEnd) {
		if o.counts != nil {
			// A download may end after its call.
			background := context.Background()
			o.counts.upstream.Record(background, time.Since(start).Seconds(), metric.WithAttributes(
				attribute.String("system", system(a)), attribute.String("method", a.Method), attribute.String("status", statusClass(end.Status))))
			if a.System == connect.SystemStorage && end.Bytes > 0 {
				o.counts.bytes.Add(background, end.Bytes)
			}
		}
		if span == nil {
			return
		}
		if end.Status != 0 {
			span.SetAttributes(attribute.Int("http.response.status_code", end.Status))
		}
		if kind := errorType(end); kind != "" {
			span.SetAttributes(attribute.String("error.type", kind))
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// system names a system. Its sign-in counts as a system of its own.
func system(a connect.Attempt) string {
	if a.SignIn {
		return string(a.System) + " sign-in"
	}
	return string(a.System)
}

// statusClass is 2xx and so on; none without a response.
func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return strconv.Itoa(status/100) + "xx"
}

// attemptAttributes follow OpenTelemetry's semantic conventions for HTTP clients,
// without the address itself.
func attemptAttributes(a connect.Attempt) []attribute.KeyValue {
	attributes := []attribute.KeyValue{
		attribute.String("http.request.method", a.Method),
		attribute.String("pingkit.system", system(a)),
	}
	if host, port, err := net.SplitHostPort(a.Host); err != nil {
		attributes = append(attributes, attribute.String("server.address", a.Host))
	} else if number, err := strconv.Atoi(port); err == nil {
		attributes = append(attributes, attribute.String("server.address", host), attribute.Int("server.port", number))
	}
	if a.Route != "" {
		attributes = append(attributes, attribute.String("url.template", a.Route))
	}
	if a.Number > 1 {
		attributes = append(attributes, attribute.Int("http.request.resend_count", a.Number-1))
	}
	return attributes
}

// errorType names why an attempt failed, "" if it did not.
func errorType(end connect.AttemptEnd) string {
	var slow net.Error
	switch {
	case errors.Is(end.Err, context.Canceled):
		return "cancelled"
	case errors.Is(end.Err, context.DeadlineExceeded), errors.As(end.Err, &slow) && slow.Timeout():
		return "timeout"
	case end.Err != nil:
		return "connection"
	case end.Status >= 400:
		return strconv.Itoa(end.Status)
	}
	return ""
}
