package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Call is what a client asked for.
type Call struct {
	Method        string // of MCP, such as tools/call
	Tool          string // a known one; empty for other methods
	TransactionID string // under which the systems show what the call did
}

// Outcomes of a call.
const (
	OK        = "ok"
	Failed    = "error"
	Asked     = "asked" // the user; the answer comes with another call
	Cancelled = "cancelled"
)

// Begin begins to observe a call. The context is for what the call does; the
// function is called when it has ended, with its outcome.
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
			// The call's context may have ended before it.
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
			// Its text says what the call was about.
			span.SetStatus(codes.Error, "")
			span.SetAttributes(attribute.String("error.type", "tool_error"))
		}
		span.End()
	}
}

// Approved counts a call that needs an approval by what became of it.
func (o *Observer) Approved(tool, outcome string) {
	if o == nil || o.counts == nil || outcome == "" {
		return
	}
	o.counts.approvals.Add(context.Background(), 1,
		metric.WithAttributes(attribute.String("tool", tool), attribute.String("outcome", outcome)))
}

// CountSessions has count asked for the open sessions when metrics are read.
func (o *Observer) CountSessions(count func() int) {
	if o != nil && o.counts != nil {
		o.counts.sessions.Store(&count)
	}
}

// TraceID returns the id of the trace that a call is part of, "" if there is
// none that is kept.
func TraceID(ctx context.Context) string {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() || !span.IsSampled() {
		return ""
	}
	return span.TraceID().String()
}

// spanName and spanAttributes are those of OpenTelemetry's semantic conventions
// for MCP, less those whose values come from a client.
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
