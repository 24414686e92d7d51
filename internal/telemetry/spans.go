package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanExporter sends spans. What fails is logged and lost, as traces may be.
type spanExporter struct{ to *sender }

// ExportSpans sends spans, all of which are of one resource.
func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) > 0 {
		e.to.send(ctx, encodeSpans(spans))
	}
	return nil
}

// Shutdown ends the exporter.
func (e *spanExporter) Shutdown(context.Context) error {
	e.to.close()
	return nil
}

// encodeSpans is an ExportTraceServiceRequest.
func encodeSpans(spans []sdktrace.ReadOnlySpan) message {
	var resourceSpans, request message
	resourceSpans.bytes(1, encodeResource(spans[0].Resource()))
	var scopes []instrumentation.Scope
	byScope := map[instrumentation.Scope]*message{}
	for _, s := range spans {
		scope := s.InstrumentationScope()
		if byScope[scope] == nil {
			scopes, byScope[scope] = append(scopes, scope), &message{}
			byScope[scope].bytes(1, encodeScope(scope))
		}
		byScope[scope].bytes(2, encodeSpan(s))
	}
	for _, scope := range scopes {
		resourceSpans.bytes(2, *byScope[scope])
	}
	request.bytes(1, resourceSpans)
	return request
}

// encodeSpan is a Span. This program's have no events and links.
func encodeSpan(s sdktrace.ReadOnlySpan) (m message) {
	self, parent := s.SpanContext(), s.Parent()
	trace, span := self.TraceID(), self.SpanID()
	m.bytes(1, trace[:])
	m.bytes(2, span[:])
	if parent.HasSpanID() {
		id := parent.SpanID()
		m.bytes(4, id[:])
	}
	m.string(5, s.Name())
	m.varint(6, uint64(s.SpanKind())) // numbered alike
	m.time(7, s.StartTime())
	m.time(8, s.EndTime())
	m.attributes(9, s.Attributes())
	m.varint(10, uint64(s.DroppedAttributes()))
	var status message
	switch s.Status().Code {
	case codes.Ok:
		status.varint(3, 1)
	case codes.Error:
		status.varint(3, 2)
	}
	m.bytes(15, status)
	const parentIsKnown, parentIsRemote = 0x100, 0x200
	flags := uint32(self.TraceFlags()) | parentIsKnown
	if parent.IsRemote() {
		flags |= parentIsRemote
	}
	m.fixed32(16, flags)
	return m
}
