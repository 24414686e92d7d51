package telemetry

import (
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/protobuf/encoding/protowire"
)

// message is a message of OTLP (opentelemetry-proto v1) on the wire. The numbers
// of the fields are written out where they are used: the generated code for
// these few messages, and what it needs, would double the program.
type message []byte

func (m *message) bytes(field protowire.Number, value []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), value)
}

func (m *message) string(field protowire.Number, value string) {
	if value != "" {
		*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), value)
	}
}

func (m *message) varint(field protowire.Number, value uint64) {
	if value != 0 {
		*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), value)
	}
}

// fixed64 writes zeros as well: a point whose value is left out has none.
func (m *message) fixed64(field protowire.Number, value uint64) {
	*m = protowire.AppendFixed64(protowire.AppendTag(*m, field, protowire.Fixed64Type), value)
}

func (m *message) fixed32(field protowire.Number, value uint32) {
	*m = protowire.AppendFixed32(protowire.AppendTag(*m, field, protowire.Fixed32Type), value)
}

func (m *message) double(field protowire.Number, value float64) {
	m.fixed64(field, math.Float64bits(value))
}

func (m *message) time(field protowire.Number, at time.Time) {
	m.fixed64(field, uint64(at.UnixNano()))
}

// attributes writes a repeated KeyValue.
func (m *message) attributes(field protowire.Number, list []attribute.KeyValue) {
	for _, a := range list {
		var value, pair message
		switch a.Value.Type() {
		case attribute.BOOL:
			value = protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), protowire.EncodeBool(a.Value.AsBool()))
		case attribute.INT64:
			value = protowire.AppendVarint(protowire.AppendTag(nil, 3, protowire.VarintType), uint64(a.Value.AsInt64()))
		case attribute.FLOAT64:
			value.double(4, a.Value.AsFloat64())
		default:
			value.bytes(1, []byte(a.Value.String()))
		}
		pair.string(1, string(a.Key))
		pair.bytes(2, value)
		m.bytes(field, pair)
	}
}

// encodeResource is a Resource.
func encodeResource(r *resource.Resource) (m message) {
	m.attributes(1, r.Attributes())
	return m
}

// encodeScope is an InstrumentationScope.
func encodeScope(s instrumentation.Scope) (m message) {
	m.string(1, s.Name)
	m.string(2, s.Version)
	return m
}
