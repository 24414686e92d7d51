package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Telemetry holds where traces and metrics go. It comes from OpenTelemetry's
// standard variables (OpenTelemetry specification, "SDK environment variables"
// and "OTLP exporter configuration"), which have no flags. Those about sampling,
// batches, intervals and the resource are read by OpenTelemetry's SDK itself.
type Telemetry struct {
	Traces, Metrics Export
	// Temporality of the metrics: cumulative, delta or lowmemory.
	Temporality string
	// Warnings name the variables that ask for what is not done.
	Warnings []string
}

// Export is where one signal goes.
type Export struct {
	URL     string            // empty: nowhere
	Header  map[string]string // may hold credentials
	Timeout time.Duration     // of one export, attempts and waits included
	Gzip    bool
	CA      []byte // PEM file's content; empty: the system's authorities
}

// defaultCollector is where OTLP over HTTP goes unless a variable says otherwise.
const defaultCollector = "http://localhost:4318"

// Telemetry reads the standard variables. Nothing is sent unless one of them
// asks for it: an endpoint, or otlp as the exporter of a signal.
func (c *Config) Telemetry() Telemetry {
	r := telemetryReader{get: c.standard}
	certificates, err := c.Certificates()
	if err != nil {
		r.warn("%v", err)
	}
	t := Telemetry{Temporality: "cumulative"}
	if !strings.EqualFold(c.standard("OTEL_SDK_DISABLED"), "true") {
		t.Traces = r.export("TRACES", "/v1/traces")
		t.Metrics = r.export("METRICS", "/v1/metrics")
	}
	const preference = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
	switch value := strings.ToLower(c.standard(preference)); value {
	case "", "cumulative":
	case "delta", "lowmemory":
		t.Temporality = value
	default:
		r.warn("%s must be cumulative, delta or lowmemory; cumulative is used", preference)
	}
	for _, e := range []*Export{&t.Traces, &t.Metrics} {
		if e.URL != "" && len(certificates) > 0 {
			e.CA = append(append([]byte{}, e.CA...), append([]byte("\n"), certificates...)...)
		}
	}
	t.Warnings = r.warnings
	return t
}

func (c *Config) standard(name string) string {
	value, _ := c.getenv(name)
	return strings.TrimSpace(value)
}

// telemetryReader reads the variables of each signal. A value is not quoted in
// a warning: it may be a credential.
type telemetryReader struct {
	get      func(string) string
	warnings []string
}

func (r *telemetryReader) warn(format string, args ...any) {
	if warning := fmt.Sprintf(format, args...); !slices.Contains(r.warnings, warning) {
		r.warnings = append(r.warnings, warning)
	}
}

// export reads where a signal goes. What cannot be done as asked is not done at
// all, with a warning: the server itself works without.
func (r *telemetryReader) export(signal, path string) Export {
	exporters := list(strings.ToLower(r.get("OTEL_"+signal+"_EXPORTER")), ",")
	name, endpoint := r.of(signal, "ENDPOINT")
	wanted := slices.Contains(exporters, "otlp")
	if len(exporters) > 0 && !wanted && !slices.Contains(exporters, "none") {
		r.warn("OTEL_%s_EXPORTER must be otlp or none; nothing is sent", signal)
	}
	if endpoint == "" && !wanted || len(exporters) > 0 && !wanted {
		return Export{}
	}
	if name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
		if endpoint == "" {
			endpoint = defaultCollector
		}
		endpoint = strings.TrimRight(endpoint, "/") + path
	}
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		r.warn("%s must be a URL such as http://collector:4318; nothing is sent", name)
		return Export{}
	}
	if name, protocol := r.of(signal, "PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		r.warn("%s must be http/protobuf, on the collector's port for it; nothing is sent", name)
		return Export{}
	}
	e := Export{URL: endpoint, Timeout: 10 * time.Second}
	if name, value := r.of(signal, "TIMEOUT"); value != "" {
		milliseconds, err := strconv.ParseInt(value, 10, 32)
		if err != nil || milliseconds <= 0 {
			r.warn("%s must be a number of milliseconds; 10000 is used", name)
		} else {
			e.Timeout = time.Duration(milliseconds) * time.Millisecond
		}
	}
	if name, value := r.of(signal, "COMPRESSION"); value == "gzip" {
		e.Gzip = true
	} else if value != "" && value != "none" {
		r.warn("%s must be gzip or none; nothing is compressed", name)
	}
	e.Header = r.header(signal)
	if name, file := r.of(signal, "CERTIFICATE"); file != "" {
		pem, err := readFile(file)
		if err != nil || len(pem) == 0 {
			r.warn("the file of %s cannot be read; nothing is sent", name)
			return Export{}
		}
		e.CA = pem
	}
	for _, what := range []string{"CLIENT_CERTIFICATE", "CLIENT_KEY"} {
		if name, value := r.of(signal, what); value != "" {
			r.warn("%s is not supported and not used", name)
		}
	}
	return e
}

// of reads a variable of a signal, or else the one for all signals.
func (r *telemetryReader) of(signal, what string) (name, value string) {
	name = "OTEL_EXPORTER_OTLP_" + signal + "_" + what
	if value = r.get(name); value != "" {
		return name, value
	}
	name = "OTEL_EXPORTER_OTLP_" + what
	return name, r.get(name)
}

// header reads headers in the form key=value,key=value with values encoded as
// in a URL.
func (r *telemetryReader) header(signal string) map[string]string {
	name, value := r.of(signal, "HEADERS")
	header := map[string]string{}
	for _, pair := range list(value, ",") {
		key, encoded, found := strings.Cut(pair, "=")
		decoded, err := url.PathUnescape(strings.TrimSpace(encoded))
		key = strings.TrimSpace(key)
		if !found || err != nil || key == "" || strings.ContainsAny(key, " \t:") || strings.ContainsFunc(decoded, func(c rune) bool { return c < ' ' || c > '~' }) {
			r.warn("%s has a part that is not key=value and is left out", name)
			continue
		}
		header[key] = decoded
	}
	return header
}
