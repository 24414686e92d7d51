package connect_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
)

// lowerHex writes the escapes of a URL with lower-case digits.
func lowerHex(s string) string {
	return regexp.MustCompile(`%[0-9A-F]{2}`).ReplaceAllStringFunc(s, strings.ToLower)
}

// component is JavaScript's encodeURIComponent.
func component(s string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(s))
}

func inJSON(s string) string {
	quoted, _ := json.Marshal(s)
	return string(quoted[1 : len(quoted)-1])
}

// encodings are the forms in which a system may repeat a secret.
var encodings = map[string]func(string) string{
	"as it is":                  func(s string) string { return s },
	"query":                     url.QueryEscape,
	"path":                      url.PathEscape,
	"lower-case hex":            func(s string) string { return lowerHex(url.QueryEscape(s)) },
	"encodeURIComponent":        component,
	"encodeURIComponent, lower": func(s string) string { return lowerHex(component(s)) },
	"every byte percent-encoded": func(s string) string {
		return regexp.MustCompile(`..`).ReplaceAllString(hex.EncodeToString([]byte(s)), "%$0")
	},
	"query, twice":          func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"query, four times":     func(s string) string { return url.QueryEscape(url.QueryEscape(url.QueryEscape(url.QueryEscape(s)))) },
	"JSON":                  inJSON,
	"JSON, three times":     func(s string) string { return inJSON(inJSON(inJSON(s))) },
	"HTML":                  html.EscapeString,
	"HTML, twice":           func(s string) string { return html.EscapeString(html.EscapeString(s)) },
	"query in HTML in JSON": func(s string) string { return inJSON(html.EscapeString(url.QueryEscape(s))) },
	"JSON in a query":       func(s string) string { return url.QueryEscape(inJSON(s)) },
	"\\u escapes": func(s string) string {
		return strings.NewReplacer("/", `\u002F`, "+", `\u002b`, "ü", `\u00fc`).Replace(inJSON(s))
	},
	"Go quoted":               func(s string) string { return fmt.Sprintf("%+q", s) },
	"hex":                     func(s string) string { return hex.EncodeToString([]byte(s)) },
	"hex in capitals":         func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"base64":                  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 behind a byte":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(":" + s + ":x")) },
	"base64 behind two bytes": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("u:" + s + "yz")) },
	"base64 for URLs":         func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("user:" + s)) },
	"base64 in a query":       func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64 with slashes escaped": func(s string) string {
		return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(s)), "/", `\/`)
	},
}

var secretsToEncode = []string{
	"hunter2+plus/slash=?>~", "hunter2 ü(it's)*!", `hunter2"quo'te\s<&>`, "hunter2%2Fpercent%25", "hunter2-plain",
}

// traces are what is left of a secret in a text that shows it, as such a text
// begins in each encoding.
func shows(text, encoded string) bool {
	return strings.Contains(text, "hunter2") || len(encoded) >= 8 && strings.Contains(text, encoded[len(encoded)/2-4:len(encoded)/2+4])
}

func TestRedactFindsSecretsInEveryEncoding(t *testing.T) {
	t.Parallel()
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range secretsToEncode {
				encoded := encode(secret)
				ctx := connect.WithSecret(t.Context(), secret)
				resp := &http.Response{Request: httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)}
				got := connect.Redact(resp, nil, "before "+encoded+" after")
				if shows(got, encoded) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
					t.Errorf("%q as %q gives %q", secret, encoded, got)
				}
			}
		})
	}
}

// The same through a whole call: what an answer repeats is neither in the error
// nor in the debug log, which names the path as well.
func TestErrorsAndLogHoldNoEncodedSecret(t *testing.T) {
	t.Parallel()
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range secretsToEncode {
				encoded := encode(secret)
				server := newCentral(t, func(w http.ResponseWriter, _ *http.Request) {
					body, _ := json.Marshal(map[string]any{"message": "refused: " + encoded + " is weak", "errors": []string{encoded}})
					w.WriteHeader(http.StatusUnprocessableEntity)
					_, _ = w.Write(body)
				})
				var lines bytes.Buffer
				client := connectTo(t, server.settings(), connect.WithLogger(slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))))
				ctx := connect.WithSecret(t.Context(), secret)
				err := connect.Check(client.PromoteApplication(ctx, "a"+url.PathEscape(secret), "e", pingcentral.PromotionRequest{ClientSecret: &secret}))
				if e := typed(t, err); e.Status != 422 || shows(err.Error(), encoded) {
					t.Errorf("%q as %q: %v", secret, encoded, err)
				}
				if lines.Len() == 0 || strings.Contains(lines.String(), "hunter2") {
					t.Errorf("the log is %s", lines.String())
				}
				server.Close()
			}
		})
	}
}

// A text without secrets stays as it is, however much it looks like escapes.
func TestRedactLeavesOtherTextsAlone(t *testing.T) {
	t.Parallel()
	ctx := connect.WithSecret(t.Context(), "hunter2+plus", "abc")
	resp := &http.Response{Request: httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)}
	for _, text := range []string{
		"", "100 % of abc", `C:\new\table`, "a&amp;b &lt;c&gt; &#", "%zz %4", `\u12 \`, "hunter3+plus", "naïve – text", "%25252525", "\xff\xfe",
	} {
		if got := connect.Redact(resp, nil, text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
