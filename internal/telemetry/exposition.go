package telemetry

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// expositionType is Prometheus's text format (prometheus.io, "Exposition
// formats"). Metrics get their names in it by OpenTelemetry's rules
// ("Prometheus and OpenMetrics compatibility").
const expositionType = "text/plain; version=0.0.4; charset=utf-8"

// exposition renders metrics in Prometheus's text format, in an order that does
// not change.
func exposition(r *metricdata.ResourceMetrics) []byte {
	var w expositionWriter
	w.family("target_info", "The program that these metrics are of.", "gauge")
	w.sample("target_info", w.labels(r.Resource.Set()), "", "1")
	for _, s := range r.ScopeMetrics {
		for _, m := range s.Metrics {
			w.metric(m)
		}
	}
	return w.Bytes()
}

type expositionWriter struct{ bytes.Buffer }

func (w *expositionWriter) metric(m metricdata.Metrics) {
	name := strings.ReplaceAll(m.Name, ".", "_")
	switch m.Unit {
	case "s":
		name += "_seconds"
	case "By":
		name = strings.TrimSuffix(name, "_bytes") + "_bytes"
	}
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		kind := "gauge"
		if data.IsMonotonic {
			kind = "counter"
			name += "_total"
		}
		w.family(name, m.Description, kind)
		w.points(name, data.DataPoints)
	case metricdata.Gauge[int64]:
		w.family(name, m.Description, "gauge")
		w.points(name, data.DataPoints)
	case metricdata.Histogram[float64]:
		w.family(name, m.Description, "histogram")
		slices.SortFunc(data.DataPoints, func(a, b metricdata.HistogramDataPoint[float64]) int {
			return strings.Compare(w.labels(&a.Attributes), w.labels(&b.Attributes))
		})
		for _, p := range data.DataPoints {
			w.histogram(name, p)
		}
	}
}

func (w *expositionWriter) family(name, help, kind string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (w *expositionWriter) points(name string, points []metricdata.DataPoint[int64]) {
	slices.SortFunc(points, func(a, b metricdata.DataPoint[int64]) int {
		return strings.Compare(w.labels(&a.Attributes), w.labels(&b.Attributes))
	})
	for _, p := range points {
		w.sample(name, w.labels(&p.Attributes), "", strconv.FormatInt(p.Value, 10))
	}
}

func (w *expositionWriter) histogram(name string, p metricdata.HistogramDataPoint[float64]) {
	labels, sum := w.labels(&p.Attributes), uint64(0)
	for i, count := range p.BucketCounts {
		bound := math.Inf(1)
		if i < len(p.Bounds) {
			bound = p.Bounds[i]
		}
		sum += count
		w.sample(name+"_bucket", labels, `le="`+number(bound)+`"`, strconv.FormatUint(sum, 10))
	}
	w.sample(name+"_sum", labels, "", number(p.Sum))
	w.sample(name+"_count", labels, "", strconv.FormatUint(p.Count, 10))
}

// sample writes a line with the labels and one more.
func (w *expositionWriter) sample(name, labels, more, value string) {
	if labels != "" && more != "" {
		labels += ","
	}
	if labels += more; labels != "" {
		labels = "{" + labels + "}"
	}
	fmt.Fprintf(w, "%s%s %s\n", name, labels, value)
}

// labels renders attributes, which are in order; what is empty is as good as
// absent to Prometheus.
func (w *expositionWriter) labels(set *attribute.Set) string {
	var parts []string
	for _, a := range set.ToSlice() {
		if value := a.Value.String(); value != "" {
			parts = append(parts, labelName(string(a.Key))+`="`+labelEscapes.Replace(value)+`"`)
		}
	}
	return strings.Join(parts, ",")
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelName makes a label's name out of an attribute's, of which those of the
// resource may come from a variable.
func labelName(key string) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, key)
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}

func number(f float64) string {
	if math.IsInf(f, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
