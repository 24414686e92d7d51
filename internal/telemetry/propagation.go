package telemetry

import (
	"context"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/mark3labs/mcp-go/tracing"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// ServerOptions make an MCP server continue the traces of its callers.
func (o *Observer) ServerOptions() []server.ServerOption {
	if o == nil || o.tracer == nil {
		return nil
	}
	return []server.ServerOption{server.WithPropagator(callers{}), server.WithMetaPropagator(callers{})}
}

// callers reads a caller's trace by W3C Trace Context: traceparent in the header
// of a request, or in _meta, which works over stdio too (MCP SEP-414). A header
// wins, as it comes from the nearest caller. It ignores tracestate, which may
// hold anything.
type callers struct{}

var (
	_ tracing.Propagator     = callers{}
	_ tracing.MetaPropagator = callers{}
)

const traceparent = "traceparent"

// Extract reads the header.
func (callers) Extract(ctx context.Context, header http.Header) context.Context {
	return continued(ctx, header.Get(traceparent))
}

// ExtractMeta reads _meta.
func (callers) ExtractMeta(ctx context.Context, meta *mcp.Meta) context.Context {
	if meta == nil {
		return ctx
	}
	parent, _ := meta.AdditionalFields[traceparent].(string)
	return continued(ctx, parent)
}

func continued(ctx context.Context, parent string) context.Context {
	if parent == "" {
		return ctx
	}
	found := propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{traceparent: parent})
	if remote := trace.SpanContextFromContext(found); remote.IsValid() {
		return trace.ContextWithRemoteSpanContext(ctx, remote)
	}
	return ctx
}

// Inject does nothing: no request to a system carries the trace.
func (callers) Inject(context.Context, http.Header) {}

// InjectMeta does nothing for the same reason.
func (callers) InjectMeta(_ context.Context, meta *mcp.Meta) *mcp.Meta { return meta }
