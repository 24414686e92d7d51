package telemetry

import (
	"errors"
	"net/url"
	"testing"
)

// TestReason shortens the errors of the exporters to what a log may hold.
func TestReason(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"none":              {nil, ""},
		"response":          {errors.New("failed to send to https://c.example.com:4318/s3cret?k=s3cret: 401 Unauthorized (body: s3cret)"), "failed to send to https://c.example.com:4318 401 Unauthorized"},
		"connection":        {&url.Error{Op: "Post", URL: "http://c/s3cret", Err: errors.New("dial tcp 10.0.0.1:4318: connect: connection refused")}, "dial tcp 10.0.0.1:4318: connect: connection refused"},
		"proxy":             {&url.Error{Op: "Post", URL: "http://c", Err: errors.New(`invalid proxy address "jane:s3cret@proxy:1": parse error`)}, `invalid proxy address "proxy:1": parse error`},
		"proxy with scheme": {&url.Error{Op: "Post", URL: "http://c", Err: errors.New(`invalid proxy address "http://jane:s3cret@proxy:1/": parse error`)}, `invalid proxy address "http://proxy:1": parse error`},
		"rejected":          {errors.New("OTLP partial success: (1 spans rejected) s3cret (3 metric data points rejected)"), "the collector rejected 3 metric data points"},
		"remark":            {errors.New("OTLP partial success: s3cret (0 spans rejected)"), ""},
		"control character": {errors.New("a\x1b[31mb\nc"), "a[31mb c"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := reason(test.err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
