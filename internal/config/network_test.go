package config

import (
	"bytes"
	"encoding/pem"
	"net/http/httptest"
	"testing"
	"time"
)

// TestCertificatesOfEveryConnection names one file for all of them.
func TestCertificatesOfEveryConnection(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	variables := func(content string) map[string]string {
		return map[string]string{
			"PINGKIT_CA_FILE":   file(t, content),
			"PINGONE_CLIENT_ID": "a", "PINGONE_CLIENT_SECRET": "s", "PINGONE_ENVIRONMENT_ID": "e",
			"PINGCENTRAL_URL": "https://c.example", "PINGCENTRAL_TOKEN": "t",
			"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example",
		}
	}
	for name, test := range map[string]struct {
		content string
		usable  bool
	}{
		"PEM":                       {string(certificate), true},
		"PEM behind a byte mark":    {"\xef\xbb\xbf" + string(certificate), true},
		"PEM behind words":          {"the company's authority\n" + string(certificate), true},
		"no certificate":            {"hello\n", false},
		"a certificate that is not": {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", false},
		"empty":                     {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustLoad(t, variables(test.content))
			one, oneErr := c.PingOne()
			central, centralErr := c.PingCentral()
			all, err := c.Certificates()
			if !test.usable {
				for _, err := range []error{oneErr, centralErr, err} {
					wantProblems(t, err, "PINGKIT_CA_FILE")
				}
				return
			}
			for where, got := range map[string][]byte{"PingOne": one.CACertificates, "PingCentral": central.CACertificates, "others": all, "telemetry": c.Telemetry().TracesCA} {
				if !bytes.Contains(got, certificate) {
					t.Errorf("%s trusts %q", where, got)
				}
			}
		})
	}
	t.Run("besides PingCentral's own", func(t *testing.T) {
		v := variables(string(certificate))
		v["PINGCENTRAL_CA_FILE"] = file(t, string(certificate))
		if s, err := mustLoad(t, v).PingCentral(); err != nil || bytes.Count(s.CACertificates, certificate) != 2 {
			t.Errorf("PingCentral trusts %q, %v", s.CACertificates, err)
		}
	})
}

func TestTimesOfConnections(t *testing.T) {
	c := mustLoad(t, map[string]string{"PINGKIT_RESPONSE_TIMEOUT": "30s", "PINGKIT_STORAGE_TIMEOUT": "5m"}, "--idle-timeout=10s")
	if c.ResponseTimeout != 30*time.Second || c.StorageTimeout != 5*time.Minute || c.IdleTimeout != 10*time.Second {
		t.Errorf("config = %+v", c)
	}
	for _, unusable := range []string{"soon", "30", "-1s", "0s"} {
		_, err := load(nil, environment(map[string]string{"PINGKIT_STORAGE_TIMEOUT": unusable}), nil)
		wantProblems(t, err, "PINGKIT_STORAGE_TIMEOUT")
	}
}
