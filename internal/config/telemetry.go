package config

import (
	"crypto/x509"
	"net/url"
	"slices"
	"strings"
)

// Telemetry says which signals OpenTelemetry's standard environment variables
// ask for. These variables have no flags, and OpenTelemetry's exporters and SDK
// read everything else about an export themselves.
type Telemetry struct {
	Traces, Metrics bool // export by OTLP
	// TracesCA and MetricsCA are the certificates of PINGKIT_CA_FILE, in PEM, for an https collector whose own variables name none.
	TracesCA, MetricsCA []byte
	Warnings            []TelemetryWarning
}

// TelemetryWarning explains why a signal is not exported as asked. It names a variable
// and never quotes its value, which may be a credential.
type TelemetryWarning struct{ Problem, Hint string }

// Telemetry reads the standard variables. Nothing is exported unless one of them
// asks for it: an endpoint, or otlp as the exporter of a signal.
func (c *Config) Telemetry() Telemetry {
	var t Telemetry
	if strings.EqualFold(c.standard("OTEL_SDK_DISABLED"), "true") {
		return t
	}
	t.Traces = c.exports("TRACES", &t)
	t.Metrics = c.exports("METRICS", &t)
	pem, err := c.Certificates()
	if err != nil && (t.Traces || t.Metrics) {
		return Telemetry{Warnings: append(t.Warnings, TelemetryWarning{err.Error(), "name a PEM file in PINGKIT_CA_FILE"})}
	}
	if c.trustsCAFile("TRACES") {
		t.TracesCA = pem
	}
	if c.trustsCAFile("METRICS") {
		t.MetricsCA = pem
	}
	return t
}

// trustsCAFile reports whether a signal goes to an https collector whose own variables name no certificate.
func (c *Config) trustsCAFile(signal string) bool {
	_, endpoint := c.ofSignal(signal, "ENDPOINT")
	_, certificate := c.ofSignal(signal, "CERTIFICATE")
	_, client := c.ofSignal(signal, "CLIENT_CERTIFICATE")
	return strings.HasPrefix(endpoint, "https:") && certificate == "" && client == ""
}

// exports reports whether a signal is to be exported. A request that the
// exporters would misread is refused with a warning, and the server runs without
// the export: clients hand their own telemetry variables down to it.
func (c *Config) exports(signal string, t *Telemetry) bool {
	refuse := func(problem, hint string) bool {
		if w := (TelemetryWarning{problem, hint}); !slices.Contains(t.Warnings, w) {
			t.Warnings = append(t.Warnings, w)
		}
		return false
	}
	variable := "OTEL_" + signal + "_EXPORTER"
	exporters := list(strings.ToLower(c.standard(variable)), ",")
	wanted := slices.Contains(exporters, "otlp")
	if len(exporters) > 0 && !wanted {
		if slices.Contains(exporters, "none") {
			return false
		}
		return refuse(variable+" names an exporter other than otlp and none: nothing is exported",
			"set "+variable+"=otlp, or scrape --observe-addr with Prometheus")
	}
	variable, endpoint := c.ofSignal(signal, "ENDPOINT")
	if endpoint == "" && !wanted {
		return false
	}
	if endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return refuse(variable+" is not an http or https URL: nothing is exported", "set "+variable+"=http://collector:4318")
		}
		if u.User != nil {
			return refuse(variable+" has credentials in its URL, which the exporter would drop: nothing is exported",
				"pass them with OTEL_EXPORTER_OTLP_HEADERS, such as Authorization=Basic%20…")
		}
	}
	if variable, protocol := c.ofSignal(signal, "PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		return refuse(variable+" asks for a protocol other than http/protobuf: nothing is exported",
			"set "+variable+"=http/protobuf and the endpoint to the collector's port for it, usually 4318")
	}
	// The exporter would go on with the system's authorities.
	if variable, file := c.ofSignal(signal, "CERTIFICATE"); file != "" {
		if pem, err := readFile(file); err != nil || !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return refuse(variable+" names a file without a readable PEM certificate: nothing is exported",
				"check the file with: openssl x509 -noout -subject -in \"$"+variable+"\"")
		}
	}
	if variable, headers := c.ofSignal(signal, "HEADERS"); slices.ContainsFunc(list(headers, ","), func(pair string) bool { return !strings.Contains(pair, "=") }) {
		refuse(variable+" has a part that is not key=value: the exporter leaves it out", "encode a comma within a value as %2C")
	}
	return true
}

func (c *Config) standard(name string) string {
	value, _ := c.getenv(name)
	return strings.TrimSpace(value)
}

// ofSignal reads a variable of a signal, or else the one for all signals.
func (c *Config) ofSignal(signal, what string) (name, value string) {
	name = "OTEL_EXPORTER_OTLP_" + signal + "_" + what
	if value = c.standard(name); value != "" {
		return name, value
	}
	name = "OTEL_EXPORTER_OTLP_" + what
	return name, c.standard(name)
}
