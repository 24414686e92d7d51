package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Call describes a request of a client.
type Call struct {
	Method        string // of MCP, such as tools/call
	Tool          string // a known tool; empty for other methods
	TransactionID string // as the systems' own audits show it
}

// Outcomes of a call.
const (
	OK        = "ok"
	Failed    = "error"
	Asked     = "asked" // the user must respond; the client then calls again
	Cancelled = "cancelled"
)

// Begin starts the observation of a call. The caller passes the context on to the
// work of the call, and calls the function once with the outcome.
func (o *Observer) Begin(ctx context.Context, c Call) (context.Context, func(outcome string)) {
	if o == nil {
		return ctx, func(string) {}
	}
	start := time.Now()
	var span trace.Span
	if o.tracer != nil {
		ctx, span = o.tracer.Start(ctx, spanName(c), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(spanAttributes(c)...))
	}
	if o.counts != nil {
		o.counts.running.Add(ctx, 1)
	}
	return ctx, func(outcome string) {
		if o.counts != nil {
			// The call's context may be done already.
			o.counts.running.Add(context.Background(), -1)
			labels := []attribute.KeyValue{attribute.String("method", c.Method), attribute.String("outcome", outcome)}
			if c.Tool != "" {
				labels = append(labels, attribute.String("tool", c.Tool))
			}
			o.counts.calls.Record(context.Background(), time.Since(start).Seconds(), metric.WithAttributes(labels...))
		}
		if span == nil {
			return
		}
		span.SetAttributes(attribute.String("pingkit.outcome", outcome))
		if outcome == Failed {
			// The error's text would reveal the content of the call.
			span.SetStatus(codes.Error, "")
			span.SetAttributes(attribute.String("error.type", "tool_error"))
		}
		span.End()
	}
}

// Approved counts a call that needs an approval, by outcome.
func (o *Observer) Approved(tool, outcome string) {
	if o == nil || o.counts == nil || outcome == "" {
		return
	}
	o.counts.approvals.Add(context.Background(), 1,
		metric.WithAttributes(attribute.String("tool", tool), attribute.String("outcome", outcome)))
}

// CountSessions sets the function that returns the number of open sessions.
func (o *Observer) CountSessions(count func() int) {
	if o != nil && o.counts != nil {
		o.counts.sessions.Store(&count)
	}
}

// TraceID returns the ID of the trace that a call belongs to, "" if there is none
// or it is not sampled.
func TraceID(ctx context.Context) string {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() || !span.IsSampled() {
		return ""
	}
	return span.TraceID().String()
}

// spanName and spanAttributes follow OpenTelemetry's semantic conventions for
// MCP, without the attributes whose values come from a client.
func spanName(c Call) string {
	if c.Tool == "" {
		return c.Method
	}
	return c.Method + " " + c.Tool
}

func spanAttributes(c Call) []attribute.KeyValue {
	attributes := []attribute.KeyValue{attribute.String("mcp.method.name", c.Method)}
	if c.Tool != "" {
		attributes = append(attributes, attribute.String("gen_ai.operation.name", "execute_tool"), attribute.String("gen_ai.tool.name", c.Tool))
	}
	if c.TransactionID != "" {
		attributes = append(attributes, attribute.String("pingkit.transaction_id", c.TransactionID))
	}
	return attributes
}
