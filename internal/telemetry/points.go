package telemetry

import (
	"context"
	"math"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/protobuf/encoding/protowire"
)

// metricExporter sends metrics. What fails is logged; the next time tells more,
// as far as counts are cumulative.
type metricExporter struct {
	to          *sender
	temporality metric.TemporalitySelector
}

// Temporality is the one that the settings ask for.
func (e *metricExporter) Temporality(k metric.InstrumentKind) metricdata.Temporality {
	return e.temporality(k)
}

// Aggregation is the usual one.
func (e *metricExporter) Aggregation(k metric.InstrumentKind) metric.Aggregation {
	return metric.DefaultAggregationSelector(k)
}

// Export sends metrics.
func (e *metricExporter) Export(ctx context.Context, r *metricdata.ResourceMetrics) error {
	if len(r.ScopeMetrics) > 0 {
		e.to.send(ctx, encodeMetrics(r))
	}
	return nil
}

// ForceFlush has nothing to do: nothing is held.
func (e *metricExporter) ForceFlush(context.Context) error { return nil }

// Shutdown ends the exporter.
func (e *metricExporter) Shutdown(context.Context) error {
	e.to.close()
	return nil
}

// encodeMetrics is an ExportMetricsServiceRequest.
func encodeMetrics(r *metricdata.ResourceMetrics) message {
	var resourceMetrics, request message
	resourceMetrics.bytes(1, encodeResource(r.Resource))
	for _, s := range r.ScopeMetrics {
		var m message
		m.bytes(1, encodeScope(s.Scope))
		for _, one := range s.Metrics {
			m.bytes(2, encodeMetric(one))
		}
		resourceMetrics.bytes(2, m)
	}
	request.bytes(1, resourceMetrics)
	return request
}

// encodeMetric is a Metric of one of the kinds that there are here.
func encodeMetric(one metricdata.Metrics) (m message) {
	m.string(1, one.Name)
	m.string(2, one.Description)
	m.string(3, one.Unit)
	var data message
	switch of := one.Data.(type) {
	case metricdata.Gauge[int64]:
		data.points(of.DataPoints)
		m.bytes(5, data)
	case metricdata.Sum[int64]:
		data.points(of.DataPoints)
		data.varint(2, temporalityNumber(of.Temporality))
		data.varint(3, protowire.EncodeBool(of.IsMonotonic))
		m.bytes(7, data)
	case metricdata.Histogram[float64]:
		for _, p := range of.DataPoints {
			data.bytes(1, encodeHistogram(p))
		}
		data.varint(2, temporalityNumber(of.Temporality))
		m.bytes(9, data)
	}
	return m
}

// points writes a repeated NumberDataPoint.
func (m *message) points(points []metricdata.DataPoint[int64]) {
	for _, p := range points {
		var point message
		if !p.StartTime.IsZero() {
			point.time(2, p.StartTime)
		}
		point.time(3, p.Time)
		point.fixed64(6, uint64(p.Value))
		point.attributes(7, p.Attributes.ToSlice())
		m.bytes(1, point)
	}
}

// encodeHistogram is a HistogramDataPoint.
func encodeHistogram(p metricdata.HistogramDataPoint[float64]) (m message) {
	m.time(2, p.StartTime)
	m.time(3, p.Time)
	m.fixed64(4, p.Count)
	m.double(5, p.Sum)
	var counts, bounds message
	for _, count := range p.BucketCounts {
		counts = protowire.AppendFixed64(counts, count)
	}
	for _, bound := range p.Bounds {
		bounds = protowire.AppendFixed64(bounds, math.Float64bits(bound))
	}
	m.bytes(6, counts)
	m.bytes(7, bounds)
	m.attributes(9, p.Attributes.ToSlice())
	if lowest, known := p.Min.Value(); known {
		m.double(11, lowest)
	}
	if highest, known := p.Max.Value(); known {
		m.double(12, highest)
	}
	return m
}

// temporalityNumber is an AggregationTemporality.
func temporalityNumber(t metricdata.Temporality) uint64 {
	if t == metricdata.DeltaTemporality {
		return 1
	}
	return 2
}
